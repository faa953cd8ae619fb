namespace VaeSweep.Cluster.Protocol;

/// <summary>What head and nodes tell each other: <see cref="Hello"/>, <see cref="Beat"/> and <see cref="Batch"/> go to the head,
/// <see cref="Grant"/>, <see cref="Ack"/> and <see cref="Refused"/> to a node.</summary>
/// <remarks>
/// Any message may be lost, doubled, delayed or overtaken. None is waited for: each says how things stand, not what has changed,
/// and is said again for as long as they stand so.
/// </remarks>
/// <param name="Session">The conversation that it belongs to; what comes from another one is ignored.</param>
public abstract record Message(Session Session);

/// <summary>One conversation of a node with a head; it begins with <see cref="Hello"/>.</summary>
/// <param name="Node">A process with devices.</param>
/// <param name="Incarnation">A life of the node: grows with every start of its process, and when it loses all that it holds.
/// Entries are numbered within it.</param>
/// <param name="Number">Grows with every connection and every head within the process.</param>
public readonly record struct Session(string Node, long Incarnation, long Number);

/// <summary>One history of one store.</summary>
/// <param name="Identity">The store's.</param>
/// <param name="Generation">Another after the store was restored, copied or moved.</param>
public readonly record struct History(string Identity, long Generation)
{
    /// <summary>Of a node that holds nothing and will serve any store.</summary>
    public static History None { get; } = new("", 0);
}
