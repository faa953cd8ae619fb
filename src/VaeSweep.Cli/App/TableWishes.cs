using VaeSweep.Results;

namespace VaeSweep.Cli;

/// <summary>What a command line asks of a comparison table; null leaves it to the sweep's definition.</summary>
internal sealed record TableWishes
{
    public IReadOnlyList<string>? By { get; init; }

    /// <summary>Configuration paths and metrics.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Only trials with these values.</summary>
    public IReadOnlyDictionary<string, string>? Where { get; init; }

    /// <summary>Only so many of the best rows.</summary>
    public int? Top { get; init; }

    /// <summary>What a search itself has found.</summary>
    public bool Search { get; init; }

    public string? Metric { get; init; }
    public IReadOnlyDictionary<string, string>? Baseline { get; init; }
    public IntervalKind Interval { get; init; } = IntervalKind.T;
}
