using System.Globalization;
using System.Text.RegularExpressions;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Every metric that a table can show. A new metric is one entry here.</summary>
public static partial class MetricCatalog
{
    internal const string Nats = "nats per image";
    internal const string Bits = "bits per dimension";

    private static readonly (string Name, string Images)[] Splits =
        [("train", "the training images"), ("valid", "the validation images"), ("test", "the test images")];

    /// <summary>The metrics with a fixed name, in the order in which a person would want to read them.</summary>
    public static IReadOnlyList<Metric> All { get; } = [.. Build()];

    private static readonly Dictionary<string, Metric> ByName = All.ToDictionary(m => m.Name, StringComparer.Ordinal);

    /// <summary>Finds a metric by its name.</summary>
    /// <exception cref="ResultsException">There is none of that name; the message has the nearest one and the whole list.</exception>
    public static Metric Get(string name) => Find(name) ?? throw new ResultsException(
        $"unknown metric '{name}'.{NearestName.Suggest(name, All.Select(m => m.Name))} Known: {string.Join(", ", All.Select(m => m.Name))}, and test_l<K> "
        + "(the importance-weighted bound with K samples).");

    /// <summary>Finds a metric by its name; null when there is none.</summary>
    public static Metric? Find(string name)
    {
        if (ByName.TryGetValue(name, out var metric))
        {
            return metric;
        }

        var match = BoundName().Match(name);
        if (!match.Success)
        {
            return null;
        }

        var images = Splits.First(s => s.Name == match.Groups["split"].Value).Images;
        var k = int.Parse(match.Groups["k"].Value, CultureInfo.InvariantCulture);
        return new Metric(name, Nats, Direction.Higher, $"importance-weighted bound with {k} samples on {images}");
    }

    [GeneratedRegex("^(?<split>train|valid|test)_(l|iwae_?)(?<k>[1-9][0-9]{0,6})$", RegexOptions.ExplicitCapture)]
    private static partial Regex BoundName();

    private static IEnumerable<Metric> Build()
    {
        foreach (var (split, images) in Splits)
        {
            yield return new($"{split}_elbo", Nats, Direction.Higher, $"evidence lower bound on {images}", $"{split}_elbo");
            yield return new($"{split}_nll", Nats, Direction.Lower, $"minus the importance-sampled log-likelihood of {images}");
            yield return new($"{split}_bpd", Bits, Direction.Lower, $"minus the importance-sampled log-likelihood of {images}, in bits per pixel");
            yield return new($"{split}_mi", "nats", Direction.None, $"what a code tells of which of {images} it is of: I(X;Z) under q, at most log N");
            yield return new($"{split}_recon", Nats, Direction.Higher, $"expected log-likelihood of {images} given their code", $"{split}_recon");
            yield return new($"{split}_kl", Nats, Direction.None, $"KL divergence of the posterior from the prior on {images}", $"{split}_kl");
            yield return new($"{split}_rate", Nats, Direction.None, $"rate: the KL term on {images}");
            yield return new($"{split}_distortion", Nats, Direction.Lower, $"distortion: minus the expected log-likelihood of {images} given their code");
        }

        yield return new("active_units", "", Direction.Higher, "latent units whose posterior mean varies by more than 0.01 over the data", "active_units");
        yield return new("active_units_01", "", Direction.Higher, "latent units whose posterior mean varies by more than 0.1 over the data", "active_units_01");
        yield return new("active_units_iwae_code", "", Direction.Higher,
            "latent units as the IWAE code counts them: 0.01, over the first 500 training images, upper layers given a sample");
        yield return new("epochs", "", Direction.None, "epochs that it was trained for");
        yield return new("best_epoch", "", Direction.None, "epoch with the highest validation bound");
        yield return new("train_objective", Nats, Direction.Higher, "what was optimised (with beta, free bits and K), averaged over the last epoch", "train_objective");
        yield return new("grad_norm", "", Direction.None, "mean over the last epoch's steps of the gradient's L2 norm", "grad_norm");
        yield return new("beta", "", Direction.None, "weight of the KL term in the last epoch", "beta");
        yield return new("seconds", "seconds", Direction.Lower, "training time of the trial", TrialColumn: "seconds");
    }
}
