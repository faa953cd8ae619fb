namespace VaeSweep.Cluster.Protocol;

/// <summary>When an event happened, on two clocks.</summary>
/// <param name="Steady">Since whenever, on a clock that nobody sets: for leases.</param>
/// <param name="Utc">For what is stored and shown.</param>
public readonly record struct Moment(TimeSpan Steady, DateTimeOffset Utc);
