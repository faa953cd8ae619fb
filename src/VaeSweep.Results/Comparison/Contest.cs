namespace VaeSweep.Results;

/// <summary>The best two of the cells whose values mean the same: of one data set and, where the metric is a likelihood, of one
/// kind of likelihood.</summary>
/// <param name="Scope">"mnist, static"; empty where the whole table is one contest.</param>
/// <param name="Difference">Best minus second.</param>
public sealed record Contest(string Scope, ComparisonRow Best, ComparisonRow Second, MeanDifference Difference)
{
    /// <summary>Tested at this level.</summary>
    public const double Level = 0.05;

    /// <summary>Corrected by Holm where the best is held against several; NaN where it is not.</summary>
    public double AdjustedP { get; init; } = double.NaN;

    /// <summary>Of the test that counts.</summary>
    public double P => double.IsNaN(AdjustedP) ? Difference.P : AdjustedP;

    public bool Separated => P < Level && !Turned;

    /// <summary>Over the seeds that both have, the second is the better one.</summary>
    public bool Turned => Difference.Value * (Best.Values.Mean - Second.Values.Mean) < 0;
}
