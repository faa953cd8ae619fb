using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeSweep.Sweeps;

/// <summary>Every metric. The check of sweep files, tables, views, figures and exports follow from it: a new metric of finished
/// models, or one that is reported with every epoch (<see cref="MetricCurve.By"/>), is one line here and one file with its
/// formula in the trainer's Metrics.</summary>
public static partial class MetricList
{
    /// <summary><see cref="Metric.Quantity"/> of the bounds L_K.</summary>
    public const string BoundQuantity = "l";

    internal const string Nats = "nats per image";
    internal const string Bits = "bits per dimension";

    private static readonly (string Name, string Images)[] _splits =
        [("train", "the training images"), ("valid", "the validation images"), ("test", "the test images")];

    // What a person wants to see first of a sweep that names no metric for its table.
    private static readonly string[] _preferred = ["test_nll", "test_elbo", "valid_nll", "valid_elbo", "train_nll", "train_elbo"];

    /// <summary>Tells trials that ended early from whole ones.</summary>
    public static Metric Epochs { get; } =
        new("epochs", "", Direction.None, "epochs that it was trained for") { Evaluated = true, Kept = true };

    /// <summary>The metrics with a fixed name, in the order in which a person would want to read them.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        .. _splits.SelectMany(split => OfImages(split.Name, split.Images).Select(metric => metric with { Split = split.Name })),
        .. OfTrials(),
    ];

    /// <summary>What `evaluate.metrics` may name, besides the bounds L_K; in ordinal order.</summary>
    public static IReadOnlyList<string> Evaluated { get; } =
        [.. All.Where(m => m.Evaluated).Select(m => m.Name).Order(StringComparer.Ordinal)];

    /// <summary>What must be computable of finished models: <see cref="Metric.Quantity"/> of each of them, and of the
    /// bounds.</summary>
    public static IReadOnlyList<string> Quantities { get; } =
        [.. All.Where(m => m.Evaluated).Select(m => m.Quantity).Append(BoundQuantity).Distinct(StringComparer.Ordinal)];

    /// <summary>What is reported with every epoch.</summary>
    public static IReadOnlyList<Metric> Curves { get; } = [.. All.Where(m => m.Curve is not null)];

    /// <summary>What must be computable of an epoch, besides the properties of <see cref="EpochReport"/>.</summary>
    public static IReadOnlyList<string> CurveFormulas { get; } = [.. Curves.Select(m => m.Curve!.Formula).OfType<string>()];

    private static readonly Dictionary<string, Metric> _byName = All.ToDictionary(m => m.Name, StringComparer.Ordinal);

    /// <summary>Finds a metric by its name, the bounds L_K (test_l5, train_l5000, ...) among them; null when there is
    /// none.</summary>
    public static Metric? Find(string name) => _byName.TryGetValue(name, out var metric) ? metric : BoundOf(name);

    /// <summary>Whether it is the importance-weighted bound L_K of some K: test_l5, train_l5000, ...</summary>
    public static bool IsBound(string name) => BoundName().IsMatch(name);

    /// <summary>What to say of a name that is no metric's: the nearest one and the whole list.</summary>
    public static string Unknown(string name) =>
        $"unknown metric '{name}'.{NearestName.Suggest(name, All.Select(m => m.Name))} "
            + $"Known: {string.Join(", ", All.Select(m => m.Name))}, and test_l<K> "
        + "(the importance-weighted bound with K samples).";

    /// <summary>The one that a table shows where nobody has asked for another.</summary>
    /// <param name="measured">`evaluate.metrics` of the sweep.</param>
    public static Metric Default(IReadOnlyCollection<string> measured) =>
        Find(_preferred.FirstOrDefault(measured.Contains) ?? measured.FirstOrDefault(m => Find(m) is not null) ?? "train_elbo")!;

    private static Metric? BoundOf(string name)
    {
        var match = BoundName().Match(name);
        if (!match.Success)
            return null;

        var (split, images) = _splits.First(s => s.Name == match.Groups["split"].Value);
        var k = int.Parse(match.Groups["k"].Value, CultureInfo.InvariantCulture);
        return new Metric(name, Nats, Direction.Higher, $"importance-weighted bound with {k} samples on {images}")
        {
            Evaluated = true, Split = split, Bound = k,
        };
    }

    [GeneratedRegex("^(?<split>train|valid|test)_l(?<k>[1-9][0-9]{0,6})\\z", RegexOptions.ExplicitCapture)]
    private static partial Regex BoundName();

    private static IEnumerable<Metric> OfImages(string split, string images)
    {
        var curves = CurvesOf(split);
        yield return new($"{split}_elbo", Nats, Direction.Higher, $"evidence lower bound on {images}") { Evaluated = true,
            Curve = curves.Elbo };
        yield return new($"{split}_nll", Nats, Direction.Lower,
            $"minus the importance-sampled log-likelihood of {images}") { Evaluated = true, Sampled = true };
        yield return new($"{split}_bpd", Bits, Direction.Lower,
            $"minus the importance-sampled log-likelihood of {images}, in bits per pixel")
        {
            Evaluated = true, Sampled = true,
        };
        yield return new($"{split}_mi", "nats", Direction.None,
            $"what a code tells of which of {images} it is of: I(X;Z) under q, at most log N") { Evaluated = true };
        yield return new($"{split}_recon", Nats, Direction.Higher,
            $"expected log-likelihood of {images} given their code") { Evaluated = true, Curve = curves.Recon };
        yield return new($"{split}_kl", Nats, Direction.None,
            $"KL divergence of the posterior from the prior on {images}") { Evaluated = true, Curve = curves.Kl };
        yield return new($"{split}_rate", Nats, Direction.None, $"rate: the KL term on {images}") { Evaluated = true };
        yield return new($"{split}_distortion", Nats, Direction.Lower,
            $"distortion: minus the expected log-likelihood of {images} given their code") { Evaluated = true };
    }

    private static IEnumerable<Metric> OfTrials()
    {
        yield return new("train_objective", Nats, Direction.Higher,
            "what was optimised (with beta, free bits and K), averaged over the last epoch")
        {
            Curve = new("What was optimised (with beta, free bits and K), averaged over the epoch.", r => r.TrainObjective),
        };
        yield return new("beta", "", Direction.None,
            "weight of the KL term in the last epoch") { Curve = new("Weight of the KL term in this epoch.", r => r.Beta) };
        yield return new("active_units", "", Direction.Higher,
            "latent units whose posterior mean varies by more than 0.01 over the data")
        {
            Evaluated = true, Label = "active units (variance above 0.01)",
            Curve = new("Latent units with activity above 0.01.", r => Counted(r.ActiveUnits), Whole: true),
        };
        yield return new("active_units_01", "", Direction.Higher,
            "latent units whose posterior mean varies by more than 0.1 over the data")
        {
            Evaluated = true, Label = "active units (variance above 0.1)",
            Curve = new("Latent units with activity above 0.1.", r => Counted(r.ActiveUnits01), Whole: true),
        };
        yield return new("active_units_iwae_code", "", Direction.Higher,
            "latent units as the IWAE code counts them: 0.01, over the first 500 training images, upper layers given "
                + "a sample") { Evaluated = true };
        yield return new("grad_norm", "", Direction.None, "mean over the last epoch's steps of the gradient's L2 norm")
        {
            Label = "gradient norm", Curve = new("Mean L2 norm of the gradient before clipping.", r => r.GradNorm),
        };
        yield return Epochs;
        yield return new("best_epoch", "", Direction.None, "epoch with the highest validation bound") { Evaluated = true };
        yield return new("seconds", "seconds", Direction.Lower, "training time of the trial") { Kept = true,
            Curve = new("How long the epoch took.", r => r.Seconds) };
    }

    private static (MetricCurve Elbo, MetricCurve Recon, MetricCurve Kl) CurvesOf(string split) => split switch
    {
        "train" => Bound("training", r => r.TrainElbo, r => r.TrainRecon, r => r.TrainKl),
        "valid" => Bound("validation", r => r.ValidElbo, r => r.ValidRecon, r => r.ValidKl),
        _ => Bound("test", r => r.TestElbo, r => r.TestRecon, r => r.TestKl),
    };

    private static (MetricCurve Elbo, MetricCurve Recon, MetricCurve Kl) Bound(
        string images, Func<EpochReport, double> elbo, Func<EpochReport, double> recon, Func<EpochReport, double> kl) =>
        (new($"Bound on the {images} images.", elbo), new("Its reconstruction term.", recon), new("Its KL term.", kl));

    private static double Counted(int units) => units < 0 ? double.NaN : units;
}
