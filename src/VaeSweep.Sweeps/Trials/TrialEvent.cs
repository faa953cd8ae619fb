namespace VaeSweep.Sweeps;

/// <summary>Something that a person should know of a trial, at the epoch whose report carries it.</summary>
/// <param name="Event">posterior_collapse, information_overload, either with <see cref="Ended"/>, <see cref="StoppedEarly"/>, or
/// <see cref="CheckpointDamaged"/>.</param>
/// <param name="Detail">One line for a person.</param>
public sealed record TrialEvent(string Event, string Detail)
{
    /// <summary>The trial could not go on from its last checkpoint; the detail says from where it did.</summary>
    public const string CheckpointDamaged = "checkpoint_damaged";

    public const string StoppedEarly = "stopped_early";

    /// <summary>What an alarm's name ends with where it is over.</summary>
    public const string Ended = "_ended";
}
