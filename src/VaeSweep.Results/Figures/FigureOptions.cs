namespace VaeSweep.Results.Figures;

/// <summary>What a user asks of a figure. Kinds use what applies to them.</summary>
public sealed record FigureOptions
{
    /// <summary>Metrics; null: what the kind or the sweep shows first.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>Configuration paths that tell lines, colours or axes apart; null: the sweep's.</summary>
    public IReadOnlyList<string>? By { get; init; }

    /// <summary>A configuration path with one panel a value; null: one panel.</summary>
    public string? Facet { get; init; }

    /// <summary>Only trials with these values.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What stands along x: epoch, time, or a configuration path; null: the kind's own.</summary>
    public string? X { get; init; }

    /// <summary>Along x logarithmically.</summary>
    public bool LogX { get; init; }

    /// <summary>What bands show; null: the kind's own.</summary>
    public Spread? Band { get; init; }

    public Spread Spread => Band ?? Spread.Ci;

    /// <summary>Units of activity maps in the order of their activity at the last epoch, not at the first.</summary>
    public bool SortByLast { get; init; }

    /// <summary>Trials by id, for figures of single models; empty: one of each group.</summary>
    public IReadOnlyList<string> Trials { get; init; } = [];

    /// <summary>Models shown at most, where each takes a panel.</summary>
    public int MaxPanels { get; init; } = 6;

    /// <summary>Images shown in each row or grid; 0: the kind's own.</summary>
    public int Images { get; init; }

    /// <summary>Of attribute vectors: ink, slant, width, or classes as 7 or 7-1; null: those that the data set allows.</summary>
    public IReadOnlyList<string>? Attributes { get; init; }

    /// <summary>A stochastic layer, 1 the data's side; 0: all, or the kind's own.</summary>
    public int Layer { get; init; }

    /// <summary>Seeds what a figure draws at random.</summary>
    public long Seed { get; init; }
}
