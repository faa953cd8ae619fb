namespace VaeSweep.Results;

/// <summary>A number that every finished trial has.</summary>
/// <param name="Name">As in sweep files: test_nll.</param>
/// <param name="Unit">In words; empty for a plain count.</param>
/// <param name="Direction">Which end is the good one.</param>
/// <param name="Description">One line for a person.</param>
/// <param name="EpochColumn">The column of the view `epochs` whose last value stands in where the trial has no evaluation of this name; null: none.</param>
/// <param name="TrialColumn">The column of the view `trials` that holds it; null: it is an evaluation.</param>
public sealed record Metric(
    string Name, string Unit, Direction Direction, string Description, string? EpochColumn = null, string? TrialColumn = null)
{
    /// <summary>It measures how likely images are, so its zero depends on the images and on what kind of distribution a pixel has.</summary>
    public bool IsLikelihood => Unit is MetricCatalog.Nats or MetricCatalog.Bits;

    /// <summary>"nats per image, lower is better".</summary>
    public string Explanation
    {
        get
        {
            var direction = Direction switch { Direction.Higher => "higher is better", Direction.Lower => "lower is better", _ => "" };
            return (Unit.Length, direction.Length) switch
            {
                (0, _) => direction,
                (_, 0) => Unit,
                _ => $"{Unit}, {direction}",
            };
        }
    }
}
