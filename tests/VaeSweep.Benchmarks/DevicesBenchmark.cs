using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using VaeSweep.Cluster;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using VaeSweep.Training;

namespace VaeSweep.Benchmarks;

/// <summary>How many times faster does a sweep run on two devices than on one, and how long does a device wait between two
/// trials?</summary>
/// <remarks>Everything is real: a head on LiteDB, trainer processes, MNIST (sprites where it is not to be had). Target: less than
/// 50 ms without a job. The two sides take turns; what counts runs from the first trial's start to the last one's end.</remarks>
internal static class DevicesBenchmark
{
    private const int Rounds = 3;

    private static string Sweep(string dataset) => $$"""
        name: devices
        dataset: { name: {{dataset}}, binarization: dynamic, train: 5000, test: 500 }
        model: { hidden: [300, 300], latent: 40 }
        train: { epochs: 30, batch_size: 100 }
        evaluate: { metrics: [test_elbo], every: 30 }
        seeds: 8
        """;

    public static async Task<IReadOnlyList<Gate>> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var dataset = Environment.GetEnvironmentVariable("VAESWEEP_DATA") is null ? "sprites" : "mnist";
        var one = new List<double>();
        var two = new List<double>();
        var gaps = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            one.Add(await TimeAsync(dataset, ["cpu:0"], gaps, cancellationToken));
            two.Add(await TimeAsync(dataset, ["cpu:0", "cpu:1"], gaps, cancellationToken));
        }

        var ratios = one.Zip(two, (a, b) => a / b).Order().ToList();
        gaps.Sort();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"8 trials of 784-300-300-40 on {dataset}: one device {one.Min():0.00} s, two devices {two.Min():0.00} s (best "
                + $"of {Rounds})"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"two devices / one: {one.Min() / two.Min():0.00} by the best, {ratios[ratios.Count / 2]:0.00} by the median pair"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"a device without a job between two trials: median {gaps[gaps.Count / 2]:0.00} ms, longest {gaps[^1]:0.00} ms "
                + $"of {gaps.Count}   target: under 50 ms"));
        return [Gate.Least("devices, two / one on two cores, best", one.Min() / two.Min(), 1.9)];
    }

    private static async Task<double> TimeAsync(
        string dataset, string[] devices, List<double> gaps, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            var artifacts = Path.Combine(folder.FullName, "artifacts");
            await using var head = await Head.StartAsync(
                new HeadSettings { StorePath = Path.Combine(folder.FullName, "store.db"), ArtifactsFolder = artifacts },
                cancellationToken);
            var store = head.Store;
            var definition = SweepFile.Parse(Sweep(dataset));
            await store.SubmitAsync(new SweepSubmission(definition.Name, Sweep(dataset)), definition.Expand(cancellationToken),
                cancellationToken);

            var trainer = TrainerCommand.ForAssembly(Path.Combine(AppContext.BaseDirectory, "vaesweep.dll"), "trainer");
            var launcher = new TimedLauncher(new ProcessTrainerLauncher(trainer), parties: devices.Length);
            await using var node = await head.StartNodeAsync(
                new NodeOptions
                {
                    Launcher = launcher,
                    Devices = devices,
                    ArtifactsFolder = artifacts,
                    Survey = store.ListSweepsAsync,
                    SweepFilter = definition.Name,
                    ExitWhenDone = true,
                },
                cancellationToken);
            if (await node.Completion.WaitAsync(cancellationToken) != RunOutcome.Done)
                throw new InvalidOperationException("the sweep was stopped before its end; there is nothing to report.");

            var status = await store.GetSweepAsync(definition.Name, cancellationToken);
            if (status!.Count(TrialState.Succeeded) != 8)
            {
                throw new InvalidOperationException(
                    $"{status.Count(TrialState.Succeeded)} of 8 trials succeeded; a rate of failing trials means nothing.");
            }

            gaps.AddRange(launcher.Gaps);
            return launcher.Seconds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Hands jobs on and notes when each began and ended. All trainers are ready before the first job goes to
    /// any.</summary>
    private sealed class TimedLauncher(ITrainerLauncher inner, int parties) : ITrainerLauncher
    {
        private readonly TaskCompletionSource _allReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _ready;
        private long _first = long.MaxValue;
        private long _last;

        public ConcurrentBag<double> Gaps { get; } = [];

        public double Seconds => Stopwatch.GetElapsedTime(_first, _last).TotalSeconds;

        public async Task<ITrainer> StartAsync(string device, CancellationToken cancellationToken)
        {
            var trainer = await inner.StartAsync(device, cancellationToken);
            if (Interlocked.Increment(ref _ready) >= parties)
                _allReady.TrySetResult();

            await _allReady.Task.WaitAsync(cancellationToken);
            return new TimedTrainer(trainer, this);
        }

        private void Began(long at, long previousEnd)
        {
            lock (Gaps)
            {
                _first = Math.Min(_first, at);
            }

            if (previousEnd > 0)
                Gaps.Add(Math.Max(0, Stopwatch.GetElapsedTime(previousEnd, at).TotalMilliseconds));
        }

        private void Ended(long at)
        {
            lock (Gaps)
            {
                _last = Math.Max(_last, at);
            }
        }

        private sealed class TimedTrainer(ITrainer inner, TimedLauncher owner) : ITrainer
        {
            private long _previousEnd;

            public string Device => inner.Device;

            public string Provenance => inner.Provenance;

            public async IAsyncEnumerable<TrainerEvent> RunAsync(
                TrainerJob job, [EnumeratorCancellation] CancellationToken cancellationToken)
            {
                owner.Began(Stopwatch.GetTimestamp(), _previousEnd);
                await foreach (var happened in inner.RunAsync(job, cancellationToken))
                {
                    if (happened is TrialFinished)
                    {
                        _previousEnd = Stopwatch.GetTimestamp();
                        owner.Ended(_previousEnd);
                    }

                    yield return happened;
                }
            }

            public void Stop(IReadOnlyCollection<long> trialKeys) => inner.Stop(trialKeys);

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
