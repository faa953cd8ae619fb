namespace VaeSweep.Store;

/// <summary>What became of a wish for another name.</summary>
public enum RenameOutcome
{
    Done,

    /// <summary>There is no sweep of the old name.</summary>
    Unknown,

    /// <summary>Another sweep has the new name.</summary>
    Taken,
}
