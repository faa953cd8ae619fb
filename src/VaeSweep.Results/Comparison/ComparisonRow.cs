using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>One cell: the trials that agree in every path a table is grouped by.</summary>
/// <param name="By">One value for each path of the rows; null where the trials' configuration has no such path.</param>
/// <param name="Values">Over the seeds of the succeeded trials that have the metric.</param>
/// <param name="States">How many of all trials of the cell stand where; states without trials are absent.</param>
/// <param name="WithoutValue">Succeeded trials that lack the metric.</param>
/// <param name="Published">The paper's number for this cell; null when there is none.</param>
/// <param name="Best">Of rank 1: no other mean of its <see cref="Contest"/> is better.</param>
public sealed record ComparisonRow(
    IReadOnlyList<SettingValue?> By, Summary Values, IReadOnlyDictionary<TrialState, int> States, int WithoutValue,
    Reference? Published, bool Best)
{
    /// <summary>One value for each path that goes across.</summary>
    public IReadOnlyList<SettingValue?> Across { get; init; } = [];

    /// <summary>The value of each seed: over all settings of the cell, when it has several.</summary>
    public IReadOnlyDictionary<long, double> Seeds { get; init; } = new Dictionary<long, double>();

    /// <summary>Different configurations, the seed aside, that the cell joins.</summary>
    public int Settings { get; init; } = 1;

    /// <summary>Some seeds have values of fewer settings than others: their means are not over the same.</summary>
    public bool Unbalanced => PartialSeeds.Count > 0;

    /// <summary>Seeds of <see cref="Seeds"/> that lack values of some of the cell's settings.</summary>
    public IReadOnlyCollection<long> PartialSeeds { get; init; } = [];

    /// <summary>Succeeded trials that <see cref="Completeness"/> calls ended early: what they scored counts, and is not what
    /// whole ones score.</summary>
    public int EndedEarly { get; init; }

    /// <summary>Place among the cells that can be compared, from 1; null without a value or a direction.</summary>
    public int? Rank { get; init; }

    /// <summary>Values mean the same in cells of the same scope only (data set, likelihood); null where the cell joins
    /// several.</summary>
    public string? Scope { get; init; } = "";

    /// <summary>The best, and tested to differ from the second.</summary>
    public bool Separated { get; init; }

    /// <summary>Other cells are compared with this one.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>This cell minus its baseline; null where the table has none for it.</summary>
    public MeanDifference? Versus { get; init; }

    /// <summary>The table has a baseline for the cell, of another <see cref="Scope"/>: the difference would say
    /// nothing.</summary>
    public bool Incomparable { get; init; }

    /// <summary>The p value of <see cref="Versus"/> after Holm's correction over the table; NaN without a test.</summary>
    public double AdjustedP { get; init; } = double.NaN;

    /// <summary>The further metrics of the table.</summary>
    public IReadOnlyDictionary<string, Summary> More { get; init; } = new Dictionary<string, Summary>();

    /// <summary>Its trials are not those of a search, but confirm what it has found with seeds that it had not seen.</summary>
    public bool Confirms { get; init; }

    /// <summary>What the search had found: of the best of many, and so too good; null unless the row confirms.</summary>
    public Summary? Found { get; init; }

    /// <summary>The points of the cell, as in the view `points`.</summary>
    public IReadOnlyList<long> Points { get; init; } = [];

    public int Trials => States.Values.Sum();

    /// <summary>Ours minus the paper's; NaN when either is missing.</summary>
    public double Difference => Published is null ? double.NaN : Values.Mean - Published.Value;

    /// <summary>"2 running, 1 failed": what keeps the cell from being complete; empty when it is.</summary>
    public string Incomplete
    {
        get
        {
            var parts = States.Where(s => s.Key != TrialState.Succeeded && s.Value > 0)
                .OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key.ToString().ToLowerInvariant()}").ToList();
            if (WithoutValue > 0)
                parts.Add($"{WithoutValue} without a value");

            return string.Join(", ", parts);
        }
    }
}
