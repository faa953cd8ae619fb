namespace VaeSweep.Sweeps;

/// <summary>A number that tells trials apart: measured of a finished model, reported with every epoch, or both.</summary>
/// <param name="Name">As in sweep files, and as the column of the view `epochs` where it is reported with every epoch:
/// test_nll.</param>
/// <param name="Unit">In words; empty for a plain count.</param>
/// <param name="Direction">Which end is the good one.</param>
/// <param name="Description">One line for a person.</param>
public sealed record Metric(string Name, string Unit, Direction Direction, string Description)
{
    /// <summary>It can be measured of a finished model: `evaluate.metrics` may name it.</summary>
    public bool Evaluated { get; init; }

    /// <summary>It is reported with every epoch; the last epoch's value stands in where a trial has no evaluation. Null: it is
    /// not.</summary>
    public MetricCurve? Curve { get; init; }

    /// <summary>Every succeeded trial has a value of its own, whatever was measured of it.</summary>
    public bool Kept { get; init; }

    /// <summary>It is estimated with importance samples: `evaluate.importance_samples` of them.</summary>
    public bool Sampled { get; init; }

    /// <summary>Of which images it is, where its name begins with that: train, valid or test.</summary>
    public string? Split { get; init; }

    /// <summary>K of the importance-weighted bound L_K; null for everything else.</summary>
    public int? Bound { get; init; }

    /// <summary>What is computed, whatever the images: nll of test_nll, l of test_l5.</summary>
    public string Quantity => Bound is not null ? MetricList.BoundQuantity : Split is null ? Name : Name[(Split.Length + 1)..];

    /// <summary>How figures call it, where that is not its name in words.</summary>
    public string? Label { get; init; }

    /// <summary>It measures how likely images are, so its zero depends on the images and on what kind of distribution a pixel
    /// has.</summary>
    public bool IsLikelihood => Unit is MetricList.Nats or MetricList.Bits;

    /// <summary>"nats per image, lower is better".</summary>
    public string Explanation
    {
        get
        {
            var direction = Direction switch { Direction.Higher => "higher is better", Direction.Lower => "lower is better",
                _ => "" };
            return (Unit.Length, direction.Length) switch
            {
                (0, _) => direction,
                (_, 0) => Unit,
                _ => $"{Unit}, {direction}",
            };
        }
    }
}
