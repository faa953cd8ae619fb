using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>A metric of a sweep's trials, grouped by configuration paths over everything else, the seeds above all.</summary>
/// <param name="By">Full configuration paths, one for each entry of a row's <see cref="ComparisonRow.By"/>.</param>
/// <param name="Rows">In the order of their values, or, of the best alone, of their ranks. Every wanted trial of the sweep is
/// counted in exactly one of <see cref="AllRows"/>.</param>
/// <param name="Unmatched">Published numbers for this metric that belong to no row.</param>
public sealed record ComparisonTable(
    string Sweep, Metric Metric, IReadOnlyList<string> By, IReadOnlyList<ComparisonRow> Rows, IReadOnlyList<Reference> Unmatched)
{
    /// <summary>Beside the configurations' paths, in a table of several sweeps: which of them hold a row's trials.</summary>
    public const string SweepColumn = TrialReader.SweepPath;

    /// <summary>Further sweeps whose trials are in the table.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Only trials with these values are in the table.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How many rows were asked for; null: all.</summary>
    public int? Top { get; init; }

    /// <summary>Those of the whole table, where <see cref="Rows"/> are the best alone.</summary>
    public IReadOnlyList<ComparisonRow> AllRows { get; init; } = Rows;

    /// <summary>Paths that no column has, and in which the sweeps of the table differ.</summary>
    public IReadOnlyList<string> AlsoDiffering { get; init; } = [];

    /// <summary>"a, b": the sweeps of the table.</summary>
    public string Sweeps => string.Join(", ", [Sweep, .. Others]);

    /// <summary>Full configuration paths that go across, one for each entry of a row's
    /// <see cref="ComparisonRow.Across"/>.</summary>
    public IReadOnlyList<string> Across { get; init; } = [];

    /// <summary>Further metrics, one for each entry of a row's <see cref="ComparisonRow.More"/>.</summary>
    public IReadOnlyList<Metric> More { get; init; } = [];

    public IntervalKind Interval { get; init; } = IntervalKind.T;

    /// <summary>What the other cells are compared with, by path; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Baseline { get; init; }

    /// <summary>The other cells are compared with the best one, for they confirm what a search has found.</summary>
    public bool IsAgainstBest { get; init; }

    /// <summary>Cells are compared with one.</summary>
    public bool HasVersus => Baseline is not null || IsAgainstBest;

    /// <summary>Points that the sweeps have in all, of which the rows may be those that are confirmed.</summary>
    public int Searched { get; init; }

    /// <summary>Trials that confirm, and of which none has a value: the rows are what the search itself has found.</summary>
    public int Confirming { get; init; }

    /// <summary>Who is best, one entry for each group of cells that can be compared with each other.</summary>
    public IReadOnlyList<Contest> Contests { get; init; } = [];

    /// <summary>Cells that join data sets, or likelihoods, whose values cannot be ranked together.</summary>
    public int Unranked { get; init; }

    /// <summary>Finished trials of the sweep that its file no longer contains; they are in no row.</summary>
    public long Retired { get; init; }

    /// <summary>The trials behind the numbers, for JSON; null where nobody asked.</summary>
    public BehindNumbers? Behind { get; init; }

    public int Trials => AllRows.Sum(r => r.Trials);

    public int Count(TrialState state) => Rows.Sum(r => r.States.GetValueOrDefault(state));
}
