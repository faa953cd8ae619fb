using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>Trainers that train nothing: what is left is the cost of dispatch.</summary>
/// <param name="epochTime">How long each epoch pretends to take.</param>
internal sealed class NullTrainers(TimeSpan epochTime) : ITrainerLauncher
{
    private readonly ConcurrentQueue<double> _gaps = [];
    private long _first;
    private long _last;
    private long _trained;

    /// <summary>Milliseconds of each device between the end of a job and the beginning of the next.</summary>
    public IReadOnlyCollection<double> Gaps => _gaps;

    /// <summary>What all trials took together.</summary>
    public TimeSpan Trained => Stopwatch.GetElapsedTime(0, _trained);

    /// <summary>When the first job began, as <see cref="Stopwatch.GetTimestamp"/> tells it.</summary>
    public long First => _first;

    /// <summary>When the last job ended.</summary>
    public long Last => _last;

    public Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken) =>
        Task.FromResult<ITrainer>(new NullTrainer(device, epochTime, this));

    private sealed class NullTrainer(string device, TimeSpan epochTime, NullTrainers all) : ITrainer
    {
        private long _ended;
        private volatile bool _stop;

        public string Device => device;

        public string Provenance => "{}";

        public async IAsyncEnumerable<TrainerEvent> RunAsync(
            TrainerJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            _stop = false;
            var began = Stopwatch.GetTimestamp();
            if (_ended > 0)
                all._gaps.Enqueue(Stopwatch.GetElapsedTime(_ended, began).TotalMilliseconds);
            Interlocked.CompareExchange(ref all._first, began, 0);
            foreach (var trial in job.Trials)
            {
                if (epochTime > TimeSpan.Zero)
                    await Task.Delay(epochTime, TimeProvider.System, cancellationToken);

                if (_stop)
                {
                    yield return new TrialStopped(trial.TrialKey);
                    continue;
                }

                yield return new EpochDone(trial.TrialKey,
                    new EpochReport { Epoch = 1, TrainElbo = -100, Seconds = epochTime.TotalSeconds });
                yield return new TrialFinished(trial.TrialKey, [new Evaluation("test_nll", 90, 500, 10_000)], "model");
            }

            _ended = Stopwatch.GetTimestamp();
            Interlocked.Add(ref all._trained, _ended - began);
            InterlockedMax(ref all._last, _ended);
        }

        private static void InterlockedMax(ref long place, long value)
        {
            for (var seen = Interlocked.Read(ref place); seen < value;)
                seen = Interlocked.CompareExchange(ref place, value, seen) is var before && before == seen ? value : before;
        }

        public void Stop(IReadOnlyCollection<long> trialKeys) => _stop = true;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
