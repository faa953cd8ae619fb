namespace VaeSweep.Cluster.Actors;

/// <summary>A carrier to its owner: the head has welcomed it.</summary>
internal sealed record Welcomed(int FilesPort);

/// <summary>A carrier to its owner: the node has become a member of the head's cluster.</summary>
internal sealed record BecameMember;

/// <summary>A carrier to its owner: the head is away.</summary>
/// <param name="Why">For a person.</param>
internal sealed record Away(string Why);

/// <summary>A carrier to its owner: its actor system is of no use any more.</summary>
/// <param name="Why">For a person.</param>
/// <param name="WasRemoved">From the cluster: do not come in again soon.</param>
internal sealed record Spent(string Why, bool WasRemoved);

/// <summary>To a <see cref="WireActor"/>: leave the head's cluster, end the actor system, and stop.</summary>
internal sealed record CloseWire
{
    public static CloseWire Instance { get; } = new();
}
