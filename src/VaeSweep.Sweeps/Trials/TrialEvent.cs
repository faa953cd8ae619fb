namespace VaeSweep.Sweeps;

/// <summary>Something that a person should know of a trial, at the epoch whose report carries it.</summary>
/// <param name="Event">posterior_collapse, information_overload, either with _ended, or stopped_early.</param>
/// <param name="Detail">One line for a person.</param>
public sealed record TrialEvent(string Event, string Detail);
