using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Metrics.LikelihoodMetrics))]

namespace VaeSweep.Training.Metrics;

/// <summary>Metrics that are averages of importance-sampled log-likelihoods.</summary>
internal static class LikelihoodMetrics
{
    public static MetricFormula NegativeLogLikelihood { get; } = Of("nll", _ => -1);

    public static MetricFormula BitsPerDimension { get; } = Of("bpd", pack => -1 / (pack.Dataset.Dimensions * Math.Log(2)));

    /// <summary>L_K, the importance-weighted bound: higher is better.</summary>
    public static MetricFormula Bound { get; } = Of("l", _ => 1);

    private static MetricFormula Of(string name, Func<FinishedPack, double> unit) =>
        new(name, (pack, metric) => pack.Likelihoods(metric.Split, metric.Samples) is { } likelihoods
            ? Array.ConvertAll(likelihoods, ofImages => unit(pack) * ofImages.Average())
            : null)
        {
            Likelihood = true,
        };
}
