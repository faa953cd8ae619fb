using System.Runtime.CompilerServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>Trainers that train nothing: what is left is the cost of dispatch.</summary>
/// <param name="epochTime">How long each epoch pretends to take.</param>
internal sealed class NullTrainers(TimeSpan epochTime) : ITrainerLauncher
{
    public Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken) =>
        Task.FromResult<ITrainer>(new NullTrainer(device, epochTime));

    private sealed class NullTrainer(string device, TimeSpan epochTime) : ITrainer
    {
        private volatile bool _stop;

        public string Device => device;

        public string Provenance => "{}";

        public async IAsyncEnumerable<TrainerEvent> RunAsync(
            TrainerJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            _stop = false;
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
        }

        public void Stop(IReadOnlyCollection<long> trialKeys) => _stop = true;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
