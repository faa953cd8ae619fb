using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>How the head stands to a node: after its <see cref="Hello"/>, after each <see cref="Beat"/>, and when a
/// <see cref="Batch"/> was received or made durable.</summary>
/// <param name="Received">The head has the node's entries up to this number; a head that dies may lose them again. They need not
/// be sent again in this session.</param>
/// <param name="Durable">They are committed up to this number, and outlive the head. The node may forget them.</param>
/// <param name="Directives">What is asked of attempts that the last Beat held; of those not named: to go on.</param>
public sealed record Ack(Session Session, History History, long Received, long Durable, IReadOnlyList<Directed> Directives)
    : Message(Session)
{
    /// <summary>The head's (<see cref="Ledger.Term"/>). A <see cref="Hello"/> that was said twice may have been heard by two
    /// heads, one after the other: what the earlier had received is not received.</summary>
    public long Term { get; init; }

    /// <summary>That the node has left (<see cref="Beat.Leaves"/>) is committed.</summary>
    public bool Left { get; init; }
}

/// <summary>What is asked of one attempt.</summary>
public readonly record struct Directed(AttemptFence Attempt, Directive Directive);
