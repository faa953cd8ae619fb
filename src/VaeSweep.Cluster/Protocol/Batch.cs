namespace VaeSweep.Cluster.Protocol;

/// <summary>What attempts of a node have told, in order and without gaps: entry <paramref name="First"/> and those after it. Sent
/// again until the head has them; those that it has already are passed over.</summary>
/// <param name="First">From 1; entries are numbered within the node's incarnation.</param>
/// <param name="Entries">At least one. Together at most <see cref="GatewayOptions.BatchBytes"/>, a larger one alone.</param>
public sealed record Batch(Session Session, History History, long First, IReadOnlyList<Entry> Entries) : Message(Session)
{
    public long Last => First + Entries.Count - 1;
}
