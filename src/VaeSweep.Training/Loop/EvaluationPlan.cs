using System.Globalization;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>One metric of a finished model.</summary>
/// <param name="Name">As in the sweep file.</param>
/// <param name="Split">Images that it is measured on.</param>
/// <param name="Samples">Importance samples of a log-likelihood; 0 for everything else.</param>
internal sealed record MetricRequest(string Name, MetricKind Kind, SplitKind Split, int Samples);

/// <summary>What a metric is.</summary>
internal enum MetricKind
{
    Elbo,
    Recon,
    Kl,

    /// <summary>Minus the importance-sampled log-likelihood.</summary>
    Nll,

    /// <summary>The same in bits per pixel.</summary>
    BitsPerDimension,

    /// <summary>L_K, the importance-weighted bound: higher is better.</summary>
    Bound,

    /// <summary>Minus the reconstruction term.</summary>
    Distortion,

    ActiveUnits,
    ActiveUnits01,

    /// <summary>As the IWAE's published code counts them.</summary>
    ActiveUnitsIwaeCode,

    /// <summary>I(X;Z) under q.</summary>
    Information,
    Epochs,
    BestEpoch,
    Seconds,
}

/// <summary>`evaluate.metrics`, understood.</summary>
internal sealed class EvaluationPlan
{
    private const string Known =
        "active_units, active_units_01, active_units_iwae_code, epochs, best_epoch, seconds, and of train_, valid_ and test_: elbo, recon, kl, rate, distortion, mi, nll, bpd and l1, "
        + "l5, l50, ... (the bound L_K)";

    private EvaluationPlan(IReadOnlyList<MetricRequest> metrics) => Metrics = metrics;

    public IReadOnlyList<MetricRequest> Metrics { get; }

    /// <exception cref="FormatException">Unknown names, or validation metrics without validation images; the message has all faults.</exception>
    public static EvaluationPlan Parse(EvaluateConfig config, bool hasValid)
    {
        var faults = new List<string>();
        var metrics = new List<MetricRequest>();
        foreach (var name in config.Metrics)
        {
            if (Parse(name, config.ImportanceSamples) is not { } metric)
            {
                faults.Add($"evaluate.metrics: '{name}' is unknown. Known are {Known}.");
            }
            else if (metric.Split == SplitKind.Valid && !hasValid)
            {
                faults.Add($"evaluate.metrics: '{name}' needs validation images, and dataset.valid leaves none.");
            }
            else
            {
                metrics.Add(metric);
            }
        }

        return faults.Count == 0 ? new(metrics) : throw new FormatException(string.Join(" ", faults));
    }

    private static MetricRequest? Parse(string name, int importanceSamples)
    {
        switch (name)
        {
            case "active_units":
                return new(name, MetricKind.ActiveUnits, SplitKind.Test, 0);
            case "active_units_01":
                return new(name, MetricKind.ActiveUnits01, SplitKind.Test, 0);
            case "active_units_iwae_code":
                return new(name, MetricKind.ActiveUnitsIwaeCode, SplitKind.Train, 0);
            case "epochs":
                return new(name, MetricKind.Epochs, SplitKind.Train, 0);
            case "best_epoch":
                return new(name, MetricKind.BestEpoch, SplitKind.Train, 0);
            case "seconds":
                return new(name, MetricKind.Seconds, SplitKind.Train, 0);
        }

        var parts = name.Split('_');
        SplitKind? split = parts[0] switch
        {
            "train" => SplitKind.Train,
            "valid" => SplitKind.Valid,
            "test" => SplitKind.Test,
            _ => null,
        };
        return (split, parts) switch
        {
            (null, _) => null,
            ({ } s, [_, "elbo"]) => new(name, MetricKind.Elbo, s, 0),
            ({ } s, [_, "recon"]) => new(name, MetricKind.Recon, s, 0),
            ({ } s, [_, "kl" or "rate"]) => new(name, MetricKind.Kl, s, 0),
            ({ } s, [_, "distortion"]) => new(name, MetricKind.Distortion, s, 0),
            ({ } s, [_, "mi"]) => new(name, MetricKind.Information, s, 0),
            ({ } s, [_, "bpd"]) => new(name, MetricKind.BitsPerDimension, s, importanceSamples),
            ({ } s, [_, "nll"]) => new(name, MetricKind.Nll, s, importanceSamples),
            ({ } s, [_, ['l', .. var k]]) when int.TryParse(k, NumberStyles.None, null, out var samples) && samples > 0
                => new(name, MetricKind.Bound, s, samples),
            _ => null,
        };
    }
}
