namespace VaeSweep.Sweeps;

/// <summary>The names of metrics, as in `evaluate.metrics`, tables and references.</summary>
public static class MetricNames
{
    /// <summary>What can be measured of a finished model, besides the bounds of <see cref="IsBound"/>.</summary>
    public static IReadOnlyList<string> Evaluated { get; } =
    [
        "active_units", "active_units_01", "active_units_iwae_code", "best_epoch", "epochs",
        "test_bpd", "test_distortion", "test_elbo", "test_kl", "test_mi", "test_nll", "test_rate", "test_recon",
        "train_bpd", "train_distortion", "train_elbo", "train_kl", "train_mi", "train_nll", "train_rate", "train_recon",
        "valid_bpd", "valid_distortion", "valid_elbo", "valid_kl", "valid_mi", "valid_nll", "valid_rate", "valid_recon",
    ];

    /// <summary>What a table may show.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Evaluated, "seconds"];

    /// <summary>Whether it is the importance-weighted bound L_K of some K: test_l5, train_l5000, ...</summary>
    public static bool IsBound(string metric)
    {
        string k = metric.StartsWith("test_l", StringComparison.Ordinal) ? metric[6..]
            : metric.StartsWith("train_l", StringComparison.Ordinal) || metric.StartsWith("valid_l", StringComparison.Ordinal) ? metric[7..]
            : "";
        return k.Length is > 0 and <= 7 && k[0] != '0' && k.All(char.IsAsciiDigit);
    }

    /// <summary>Those of the importance-sampled log-likelihood, in nats per image or in bits per dimension.</summary>
    public static IReadOnlyList<string> Likelihoods { get; } = ["test_nll", "train_nll", "valid_nll", "test_bpd", "train_bpd", "valid_bpd"];

    /// <summary>Whether a larger value is the better one.</summary>
    public static bool HigherIsBetter(string metric) =>
        metric.EndsWith("_elbo", StringComparison.Ordinal) || metric.EndsWith("_recon", StringComparison.Ordinal) || metric.StartsWith("active_units", StringComparison.Ordinal) || IsBound(metric);
}
