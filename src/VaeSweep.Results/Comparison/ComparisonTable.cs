using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>A metric of a sweep's trials, grouped by configuration paths over everything else, the seeds above all.</summary>
/// <param name="By">Full configuration paths, one for each entry of a row's <see cref="ComparisonRow.By"/>.</param>
/// <param name="Rows">In the order of their values. Every wanted trial of the sweep is counted in exactly one row.</param>
/// <param name="Unmatched">Published numbers for this metric that belong to no row.</param>
public sealed record ComparisonTable(
    string Sweep, Metric Metric, IReadOnlyList<string> By, IReadOnlyList<ComparisonRow> Rows, IReadOnlyList<Reference> Unmatched)
{
    /// <summary>Full configuration paths that go across, one for each entry of a row's
    /// <see cref="ComparisonRow.Across"/>.</summary>
    public IReadOnlyList<string> Across { get; init; } = [];

    /// <summary>Further metrics, one for each entry of a row's <see cref="ComparisonRow.More"/>.</summary>
    public IReadOnlyList<Metric> More { get; init; } = [];

    public IntervalKind Interval { get; init; } = IntervalKind.T;

    /// <summary>What the other cells are compared with, by path; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Baseline { get; init; }

    /// <summary>Who is best, one entry for each group of cells that can be compared with each other.</summary>
    public IReadOnlyList<Contest> Contests { get; init; } = [];

    /// <summary>Cells that join data sets, or likelihoods, whose values cannot be ranked together.</summary>
    public int Unranked { get; init; }

    /// <summary>Finished trials of the sweep that its file no longer contains; they are in no row.</summary>
    public long Retired { get; init; }

    /// <summary>The trials behind the numbers, for JSON; null where nobody asked.</summary>
    public BehindNumbers? Behind { get; init; }

    public int Trials => Rows.Sum(r => r.Trials);

    public int Count(TrialState state) => Rows.Sum(r => r.States.GetValueOrDefault(state));
}
