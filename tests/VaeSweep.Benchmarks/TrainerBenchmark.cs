using System.Diagnostics;
using System.Globalization;
using VaeSweep.Sweeps;
using VaeSweep.Training;

namespace VaeSweep.Benchmarks;

/// <summary>How long does a trainer take from its start until it is ready, and how much memory does it hold while it trains the
/// step's model?</summary>
/// <remarks>The real trainer, started as a node starts it; ready is its own first message. Memory is the peak that the kernel
/// counts from the first epoch's end to the last one's (reading the data set comes before).</remarks>
internal static class TrainerBenchmark
{
    private const int Starts = 10;
    private const int Epochs = 10;

    private static string Sweep(string dataset) => $$"""
        name: trainer
        dataset: { name: {{dataset}}, binarization: dynamic, train: 5000, test: 500 }
        model: { hidden: [300, 300], latent: 40 }
        train: { epochs: {{Epochs}}, batch_size: 100 }
        evaluate: { metrics: [test_elbo] }
        """;

    public static async Task<IReadOnlyList<Gate>> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var launcher = new ProcessTrainerLauncher(
            TrainerCommand.ForAssembly(Path.Combine(AppContext.BaseDirectory, "vaesweep.dll"), "trainer"));
        var ready = new Times();
        for (var start = 0; start < Starts; start++)
        {
            var began = Stopwatch.GetTimestamp();
            await using var started = await launcher.StartAsync("cpu:0", cancellationToken);
            ready.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        await output.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture,
                $"a trainer from its start until it is ready: best {ready.Best:0.000} s, median {ready.Median:0.000} s "
                    + $"of {Starts}"));

        var dataset = Environment.GetEnvironmentVariable("VAESWEEP_DATA") is null ? "sprites" : "mnist";
        var before = Memory.Children();
        await using var trainer = await launcher.StartAsync("cpu:0", cancellationToken);
        var memory = new Memory(Memory.Children().Except(before).Single());
        var idle = memory.Resident;
        var training = await PeakOfTrainingAsync(trainer, memory, dataset, cancellationToken);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"784-300-300-40 on {dataset}: resident {idle / 1e6:0.0} MB when ready, at most {training / 1e6:0.0} MB in epochs 2 "
                + $"to {Epochs}"));
        return
        [
            Gate.Most("trainer, resident memory while it trains, MB", training / 1e6, 250),
            Gate.Most("trainer, start until ready, s, best", ready.Best, 0.6),
        ];
    }

    private static async Task<long> PeakOfTrainingAsync(
        ITrainer trainer, Memory memory, string dataset, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            var peak = 0L;
            await foreach (var happened in trainer.RunAsync(Job(dataset, folder.FullName), cancellationToken))
            {
                switch (happened)
                {
                    case EpochDone { Report.Epoch: 1 }:
                        memory.ForgetPeak();
                        break;
                    case EpochDone { Report.Epoch: Epochs }:
                        peak = memory.Peak;
                        break;
                    case TrialFailed failed:
                        throw new InvalidOperationException($"the trial failed: {failed.Reason}");
                }
            }

            return peak > 0 ? peak : throw new InvalidOperationException($"the trial ended without epoch {Epochs}.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static TrainerJob Job(string dataset, string folder)
    {
        var trial = SweepFile.Parse(Sweep(dataset)).Expand().Single();
        return new TrainerJob([new TrainerTrial(1, trial.Id.ToString(), 1, trial.ConfigJson, folder, ResumeFrom: null)]);
    }
}
