using System.Security.Cryptography;
using System.Text;
using VaeSweep.Sweeps;
using VaeSweep.Torch.Kernels;
using VaeSweep.Training;

namespace VaeSweep.TestTrainer;

/// <summary>A hash of everything that short trainings compute: initial weights, order, binary images, noise, steps, curves,
/// measurements.</summary>
internal static class NumbersOfOneStack
{
    private static readonly Dictionary<string, Func<TrialConfig, TrialConfig>> _kinds = new(StringComparer.Ordinal)
    {
        ["plain"] = config => config,
        ["grey, batch norm, clip, hat"] = config => config with
        {
            Dataset = config.Dataset with { Binarization = "none" },
            Model = config.Model with { BatchNorm = true, Activation = "relu" },
            Train = config.Train with { Clip = 0.5, Adam = new() { EpsForm = "hat", Eps = 1e-4 } },
        },
        ["iwae, tanh"] = config =>
            config with { Objective = new() { Bound = "iwae", K = 5 }, Model = config.Model with { Activation = "tanh" } },
        ["gated, gaussian"] = config => config with
        {
            Dataset = config.Dataset with { Binarization = "none", Dequantise = true },
            Model = config.Model with { Activation = "gated", Decoder = "gaussian" },
        },
        ["vampprior"] = config => config with { Model = config.Model with { Prior = "vampprior", PseudoInputs = 6 },
            Objective = new() { WarmupEpochs = 2 } },
        ["ladder"] = config =>
            config with { Model = config.Model with { Family = "ladder", Layers = [4, 2], Hidden = [[24], [12]],
                BatchNorm = true } },
        ["hvae"] = config =>
            config with { Model = config.Model with { Family = "hvae", Layers = [4, 2], Hidden = [[24], [12]] } },
    };

    /// <summary>Prints "KERNELS KIND HASH" for each kind.</summary>
    public static void Print()
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-numerics-");
        try
        {
            foreach (var (kind, of) in _kinds)
            {
                using var runs = new TrialRuns(Path.Combine(folder.FullName, kind));
                Console.WriteLine($"{CpuKernels.Name} {Hash(runs.Run(of(TrialRuns.Small(seed: 1, epochs: 2))))} {kind}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Hash(IReadOnlyList<TrainerEvent> events)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
        foreach (var report in events.OfType<EpochDone>().Select(done => done.Report))
        {
            Add(Described(report with { Seconds = 0, Units = [], Events = [], Others = [] }));
            Add(string.Concat(report.Others));
            Add(string.Join(' ', report.Units.SelectMany(layer => layer.Activity.Concat(layer.Kl))
                .Select(value => value.ToString("R"))));
        }

        var finished = events.OfType<TrialFinished>().Single();
        Add(string.Join(' ', finished.Evaluations.Select(evaluation => $"{evaluation.Metric} {evaluation.Value:R}")));
        foreach (var tensor in SafetensorsFile.Load(finished.ModelPath).Tensors)
        {
            Add(tensor.Name);
            hash.AppendData(tensor.Data);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    // As reports were written before they had Others: a hash does not change with the shape of a record.
    private static string Described(EpochReport report) =>
        $"{report}".Replace($", {nameof(EpochReport.Others)} = {report.Others}", "", StringComparison.Ordinal);
}
