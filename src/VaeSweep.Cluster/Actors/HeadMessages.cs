using Akka.Actor;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Actors;

/// <summary>Something that a head hears or notices.</summary>
/// <param name="What">A <see cref="Message"/> for heads, <see cref="NodeGone"/>, <see cref="NodeUnreachable"/>, or one of the
/// three below.</param>
/// <param name="From">Where answers to a message go.</param>
/// <param name="At">Timestamp of the moment at which it came.</param>
internal readonly record struct HeadEvent(object What, IActorRef From, long At = 0);

/// <summary>It is time to look whose lease has run out.</summary>
internal sealed record LookAtLeases
{
    public static LookAtLeases Now { get; } = new();
}

/// <summary>It is time to look whether processes of this machine have ended.</summary>
internal sealed record LookForDead
{
    public static LookForDead Now { get; } = new();
}

/// <summary>A command has changed what is asked of trials, or there are new ones.</summary>
internal sealed record OwnersChanged
{
    public static OwnersChanged Now { get; } = new();
}

/// <summary>To an aggregator: carry these out in their order, as one step. The next one may come after the answer to this one,
/// which is <see cref="StepKept"/> or <see cref="StepLost"/>.</summary>
internal sealed record TakeStep(IReadOnlyList<HeadEvent> Events);

/// <summary>A step is committed.</summary>
/// <param name="Answers">To be sent now, each to the node of its session.</param>
/// <param name="Heard">Nodes whose messages were of their present conversation, and where they came from.</param>
internal sealed record StepKept(IReadOnlyList<Message> Answers, IReadOnlyDictionary<string, IActorRef> Heard);

/// <summary>The store has failed. Nodes hear nothing and send again; what was noticed besides messages is to be said
/// again.</summary>
internal sealed record StepLost(StoreException Failure, IReadOnlyList<HeadEvent> Events);

/// <summary>To a coordinator: the head ends. It hears nothing from now on, and so grants nothing; once no step is under way it
/// answers with <see cref="Retired"/>.</summary>
internal sealed record Retire;

internal sealed record Retired;
