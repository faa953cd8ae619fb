namespace VaeSweep.Store;

/// <summary>Where the store's files are, and rules that tests switch off, to see their breach found out.</summary>
internal sealed record LedgerRules
{
    public static LedgerRules All { get; } = new();

    /// <summary>Null where paths are taken as they are.</summary>
    public ArtifactPlace? Place { get; init; }

    /// <summary>Writes of an attempt count only while it is its trial's running one.</summary>
    public bool Fences { get; init; } = true;

    /// <summary>No more trials of a sweep run than its limit.</summary>
    public bool Caps { get; init; } = true;

    /// <summary>Sweeps of a higher priority go first.</summary>
    public bool Priorities { get; init; } = true;

    /// <summary>A trial at its budget waits for its scheduler.</summary>
    public bool Budgets { get; init; } = true;

    /// <summary>Attempts of another generation are lost.</summary>
    public bool Generations { get; init; } = true;

    /// <summary>A file goes only with the last trial that refers to it.</summary>
    public bool Sharing { get; init; } = true;
}
