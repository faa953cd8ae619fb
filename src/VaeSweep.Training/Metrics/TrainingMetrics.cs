using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Metrics.TrainingMetrics))]

namespace VaeSweep.Training.Metrics;

/// <summary>Metrics of how the training went.</summary>
internal static class TrainingMetrics
{
    public static MetricFormula Epochs { get; } = Of("epochs", progress => progress.Epochs);

    public static MetricFormula BestEpoch { get; } =
        Of("best_epoch", progress => progress.BestEpoch > 0 ? progress.BestEpoch : double.NaN);

    private static MetricFormula Of(string name, Func<TrialProgress, double> value) =>
        new(name, (pack, _) => [.. pack.Progress.Select(value)]);
}
