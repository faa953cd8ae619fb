namespace VaeSweep.Sweeps.Search;

/// <summary>A trial of a search as it stands.</summary>
/// <param name="Point">Key of its configuration without the seed.</param>
/// <param name="Curve">The search's metric, epoch by epoch; NaN where it was not measured.</param>
public sealed record SearchTrial(
    long Key, long Index, string Fingerprint, long Point, long Seed, TrialState State, bool Wanted, IReadOnlyList<double> Curve)
{
    /// <summary>Which choice of a search's best it confirms; 0 for a trial of the search itself.</summary>
    public int Round { get; init; }

    /// <summary>Epochs that it may run.</summary>
    public int Budget { get; init; } = int.MaxValue;

    /// <summary>It is paused, for it has used up its budget.</summary>
    public bool Rests { get; init; }

    /// <summary>Its scheduler has ended it.</summary>
    public bool IsEnded { get; init; }

    /// <summary>It is queued, and goes on from a checkpoint.</summary>
    public bool GoesOn { get; init; }
}
