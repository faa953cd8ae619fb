namespace VaeSweep.Sweeps;

/// <summary>What one epoch of one trial produced. Bounds are nats per image, higher is better; a value that was not measured is
/// NaN.</summary>
public sealed record EpochReport
{
    /// <summary>From 1.</summary>
    public required int Epoch { get; init; }
    public double TrainElbo { get; init; } = double.NaN;
    public double TrainRecon { get; init; } = double.NaN;
    public double TrainKl { get; init; } = double.NaN;
    public double ValidElbo { get; init; } = double.NaN;
    public double ValidRecon { get; init; } = double.NaN;
    public double ValidKl { get; init; } = double.NaN;
    public double TestElbo { get; init; } = double.NaN;
    public double TestRecon { get; init; } = double.NaN;
    public double TestKl { get; init; } = double.NaN;

    /// <summary>The objective that was optimised (with beta, free bits and K), averaged over the epoch.</summary>
    public double TrainObjective { get; init; } = double.NaN;
    public double Beta { get; init; } = 1;

    /// <summary>Units with activity above 0.01 and above 0.1; -1 when not measured.</summary>
    public int ActiveUnits { get; init; } = -1;
    public int ActiveUnits01 { get; init; } = -1;

    /// <summary>Mean over the epoch's steps of the gradient's L2 norm, before clipping.</summary>
    public double GradNorm { get; init; } = double.NaN;
    public double Seconds { get; init; }

    /// <summary>One entry for each stochastic layer, data side first; empty when not measured.</summary>
    public IReadOnlyList<LayerUnits> Units { get; init; } = [];

    /// <summary>What began or ended with this epoch: alarms, an early stop.</summary>
    public IReadOnlyList<TrialEvent> Events { get; init; } = [];

    /// <summary>Curves that have no property here, by their metric's name; those that were measured.</summary>
    public IReadOnlyList<NamedValue> Others { get; init; } = [];

    /// <summary>The value among <see cref="Others"/>; NaN where there is none.</summary>
    public double Other(string name)
    {
        foreach (var other in Others)
        {
            if (other.Name == name)
                return other.Value;
        }

        return double.NaN;
    }
}

/// <summary>A metric's value.</summary>
public readonly record struct NamedValue(string Name, double Value);

/// <summary>Activity (variance over images of the posterior mean) and KL (nats per image) of each unit of one stochastic
/// layer.</summary>
public sealed record LayerUnits(IReadOnlyList<double> Activity, IReadOnlyList<double> Kl);

/// <summary>What a finished model scored.</summary>
/// <param name="Metric">As in the sweep file: test_nll, test_elbo, active_units, ...</param>
/// <param name="Samples">Importance samples used; 1 where that has no meaning.</param>
/// <param name="Images">How many images it was measured on.</param>
public sealed record Evaluation(string Metric, double Value, int Samples, int Images)
{
    /// <summary>A file with the value of each image, where it was kept: float64 in NumPy's format, in the images' order. Beside
    /// the model.</summary>
    public string? File { get; init; }
}
