using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>What a comparison table shall show.</summary>
/// <param name="By">Configuration paths whose values make the rows; null: every path that varies, but the seed and those of
/// <see cref="Across"/>.</param>
/// <param name="Published">Numbers of papers to show beside ours.</param>
public sealed record ComparisonRequest(string Sweep, Metric Metric, IReadOnlyList<string>? By, IReadOnlyList<Reference> Published)
{
    /// <summary>Further sweeps of the same table. A trial that several hold counts once, as the first that has finished
    /// it.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Only trials with these values: path and value as a person writes them.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Only so many rows, the best of each data set and likelihood, best first; ranks and tests are those of the whole
    /// table. Null: all.</summary>
    public int? Top { get; init; }

    /// <summary>What a search itself has found, also where its best points were confirmed.</summary>
    public bool Search { get; init; }

    /// <summary>Configuration paths whose values go across.</summary>
    public IReadOnlyList<string> Across { get; init; } = [];

    /// <summary>Further metrics to show beside the one that is compared.</summary>
    public IReadOnlyList<Metric> More { get; init; } = [];

    /// <summary>The settings that the others are compared with, as a person writes them: path and value; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Baseline { get; init; }

    /// <summary>Finished trials that the sweep file no longer contains, to be said.</summary>
    public long Retired { get; init; }

    public IntervalKind Interval { get; init; } = IntervalKind.T;
}
