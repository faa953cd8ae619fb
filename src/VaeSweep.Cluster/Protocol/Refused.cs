namespace VaeSweep.Cluster.Protocol;

/// <summary>The head does not talk with this node so. Of every protocol version all of it can be read.</summary>
/// <param name="Reason">For a person: what was asked, what was found, what to do.</param>
public sealed record Refused(Session Session, Refusal Kind, string Reason) : Message(Session);

/// <summary>Why a node is refused.</summary>
public enum Refusal
{
    /// <summary>The head does not know this conversation: begin another with <see cref="Hello"/>.</summary>
    HelloFirst,

    /// <summary>The store was restored or moved: what the node holds is another history's and lost.</summary>
    OtherHistory,

    /// <summary>Here is another store than the one that the node holds attempts of. Theirs may come back: the node keeps
    /// asking.</summary>
    OtherStore,

    /// <summary>Head and node do not speak the same protocol: the node is to drain and leave.</summary>
    Version,

    /// <summary>The token is wrong: the node may not serve here.</summary>
    Token,

    /// <summary>A later process of the node's name is known: this one is to leave.</summary>
    Superseded,
}
