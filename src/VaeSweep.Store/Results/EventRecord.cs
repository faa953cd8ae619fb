namespace VaeSweep.Store;

/// <summary>What a person should know of a trial, with the epoch that it came with.</summary>
/// <param name="Event">posterior_collapse, information_overload, either with _ended, or stopped_early.</param>
/// <param name="Detail">In words.</param>
public sealed record EventRecord(string Sweep, string Trial, int Epoch, string Event, string Detail);
