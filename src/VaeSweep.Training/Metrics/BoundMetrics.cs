using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

[assembly: KindsIn(typeof(VaeSweep.Training.Metrics.BoundMetrics))]

namespace VaeSweep.Training.Metrics;

/// <summary>Metrics that one pass for the evidence lower bound gives.</summary>
internal static class BoundMetrics
{
    public static MetricFormula Elbo { get; } = Of("elbo", bounds => bounds.Elbo);

    public static MetricFormula Reconstruction { get; } = Of("recon", bounds => bounds.Recon);

    public static MetricFormula Kl { get; } = Of("kl", bounds => bounds.Kl);

    public static MetricFormula Rate { get; } = Of("rate", bounds => bounds.Kl);

    /// <summary>Minus the reconstruction term.</summary>
    public static MetricFormula Distortion { get; } = Of("distortion", bounds => -bounds.Recon);

    public static MetricFormula ActiveUnits { get; } =
        Of("active_units", bounds => EpochReports.Count(bounds, EpochReports.Active)) with { Split = SplitKind.Test };

    public static MetricFormula ActiveUnits01 { get; } =
        Of("active_units_01", bounds => EpochReports.Count(bounds, EpochReports.Active01)) with { Split = SplitKind.Test };

    private static MetricFormula Of(string name, Func<SplitBounds, double> value) =>
        new(name, (pack, metric) => pack.Bounds(metric.Split) is { } bounds ? [.. bounds.Select(value)] : null);
}
