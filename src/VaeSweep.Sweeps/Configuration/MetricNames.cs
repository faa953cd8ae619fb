namespace VaeSweep.Sweeps;

/// <summary>The names of metrics, as in `evaluate.metrics`, tables and references.</summary>
public static class MetricNames
{
    /// <summary>What can be measured of a finished model.</summary>
    public static IReadOnlyList<string> Evaluated { get; } =
    [
        "active_units", "active_units_01",
        "test_elbo", "test_kl", "test_nll", "test_recon",
        "train_elbo", "train_kl", "train_nll", "train_recon",
        "valid_elbo", "valid_kl", "valid_nll", "valid_recon",
    ];

    /// <summary>What a table may show.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Evaluated, "seconds"];

    /// <summary>Whether a larger value is the better one.</summary>
    public static bool HigherIsBetter(string metric) =>
        metric.EndsWith("_elbo", StringComparison.Ordinal) || metric.EndsWith("_recon", StringComparison.Ordinal) || metric.StartsWith("active_units", StringComparison.Ordinal);
}
