using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>A metric of a sweep's trials, grouped by configuration paths over everything else, the seeds above all.</summary>
/// <param name="By">Full configuration paths, one for each entry of a row's <see cref="ComparisonRow.By"/>.</param>
/// <param name="Rows">In the order of their values. Every wanted trial of the sweep is counted in exactly one row.</param>
/// <param name="Unmatched">Published numbers for this metric that belong to no row.</param>
public sealed record ComparisonTable(
    string Sweep, Metric Metric, IReadOnlyList<string> By, IReadOnlyList<ComparisonRow> Rows, IReadOnlyList<Reference> Unmatched)
{
    public int Trials => Rows.Sum(r => r.Trials);

    public int Count(TrialState state) => Rows.Sum(r => r.States.GetValueOrDefault(state));
}
