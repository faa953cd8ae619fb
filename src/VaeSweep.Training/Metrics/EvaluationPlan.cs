using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Metrics;

/// <summary>`evaluate.metrics`, understood.</summary>
internal sealed class EvaluationPlan
{
    private static readonly Dictionary<string, MetricFormula> _formulas =
        KindFinder.For<MetricFormula>(MetricList.Quantities).ToDictionary(formula => formula.Name, StringComparer.Ordinal);

    private EvaluationPlan(IReadOnlyList<MetricRequest> metrics) => Metrics = metrics;

    public IReadOnlyList<MetricRequest> Metrics { get; }

    /// <exception cref="FormatException">Unknown names, or validation metrics without validation images; the message has all
    /// faults.</exception>
    public static EvaluationPlan Parse(EvaluateConfig config, bool hasValid)
    {
        var faults = new List<string>();
        var metrics = new List<MetricRequest>();
        foreach (var name in config.Metrics)
        {
            if (Parse(name, config.ImportanceSamples) is not { } metric)
            {
                var known = string.Join(", ", MetricList.Evaluated);
                faults.Add($"evaluate.metrics: '{name}' is unknown. Known are {known}, and the bounds L_K (test_l5, ...).");
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
        if (MetricList.Find(name) is not { Evaluated: true } metric)
            return null;

        var formula = _formulas[metric.Quantity];
        return new(name, formula, metric.Split is { } split ? Enum.Parse<SplitKind>(split, ignoreCase: true) : formula.Split,
            metric.Bound ?? (metric.Sampled ? importanceSamples : 0));
    }
}
