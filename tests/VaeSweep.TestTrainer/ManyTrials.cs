using System.Globalization;
using VaeSweep.Sweeps;
using VaeSweep.Torch;
using VaeSweep.Training;

namespace VaeSweep.TestTrainer;

/// <summary>A thousand trials of changing shapes in one trainer, one job after the other.</summary>
internal static class ManyTrials
{
    private const int Trials = 1000;
    private const int Together = 5;

    /// <summary>Prints how many trials finished, how many tensors are alive that were not before, and the resident memory in MB:
    /// after the warm-up, and at the end.</summary>
    public static void Run(string folder)
    {
        using var runs = new TrialRuns(folder);
        var (finished, tensors, warm) = (0, 0L, 0L);
        for (var done = 0; done < Trials; done += Together)
        {
            finished += runs.Run([.. Enumerable.Range(done, Together).Select(Config)]).OfType<TrialFinished>().Count();
            if (done + Together == Trials / 5)
                (tensors, warm) = (TorchRuntime.LiveTensors, Resident());
        }

        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{finished} {TorchRuntime.LiveTensors - tensors} {warm} {Resident()}"));
    }

    // Trials of a job share a pack; the next job has other sizes, so that its blocks of memory are others, too.
    private static TrialConfig Config(int trial)
    {
        var small = TrialRuns.Small(seed: trial, epochs: 1);
        var size = trial / Together;
        return small with
        {
            Model = small.Model with { Layers = [2 + (size % 5)], Hidden = [[8 + (size % 23 * 2)]], Prior = size % 3 == 0
                ? "vampprior" : "standard", PseudoInputs = 5 + (size % 7) },
            Dataset = small.Dataset with { Train = 40, Valid = 10, Test = 10 },
            Train = small.Train with { BatchSize = 16 + (size % 11) },
            Evaluate = small.Evaluate with { Metrics = ["test_elbo"] },
        };
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            / 1024;
    }
}
