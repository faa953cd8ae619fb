namespace VaeSweep.Store;

/// <summary>Parts of a <see cref="TrialRecord"/> that are read only where they are asked for.</summary>
[Flags]
public enum TrialParts
{
    None = 0,

    Fingerprint = 1,

    /// <summary>Attempts, epochs, seconds.</summary>
    Progress = 2,

    /// <summary>When it started and finished, why it failed or stopped, its model; where its results come from, tags,
    /// note.</summary>
    Outcome = 4,

    Configuration = 8,

    /// <summary>Worker and device of the last attempt.</summary>
    Worker = 16,

    All = Fingerprint | Progress | Outcome | Configuration | Worker,
}
