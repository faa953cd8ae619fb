namespace VaeSweep.Store;

/// <summary>What is to be deleted of a sweep; nothing said but its name: the sweep itself with all of its trials.</summary>
public sealed record DeletionWish(string Sweep)
{
    /// <summary>This trial alone.</summary>
    public long? Trial { get; init; }

    /// <summary>Those that failed alone.</summary>
    public bool Failed { get; init; }

    /// <summary>Those that were imported alone.</summary>
    public bool Imported { get; init; }

    /// <summary>Only files of trials that are finished; what was measured stays.</summary>
    public bool ArtifactsOnly { get; init; }

    /// <summary>Those that run, too: their attempts are lost.</summary>
    public bool Running { get; init; }

    /// <summary>Say what would be deleted, and delete nothing.</summary>
    public bool DryRun { get; init; }

    internal bool IsOfAll => Trial is null && !Failed && !Imported && !ArtifactsOnly;
}
