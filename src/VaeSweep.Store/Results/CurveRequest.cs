namespace VaeSweep.Store;

/// <summary>What to read of curves.</summary>
/// <param name="Metrics">Names of metrics that are reported with every epoch.</param>
public sealed record CurveRequest(IReadOnlyList<string> Metrics)
{
    /// <summary>Which attempt reported each epoch, too.</summary>
    public bool Attempts { get; init; }

    /// <summary>The last stored epoch of each trial alone.</summary>
    public bool LastEpoch { get; init; }
}
