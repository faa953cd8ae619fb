namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>What the kernel tells an actor's cell; handled before every user message.</summary>
internal abstract record SystemMessage
{
    internal sealed record Start : SystemMessage;

    internal sealed record Stop : SystemMessage;

    internal sealed record Suspend : SystemMessage;

    internal sealed record Resume : SystemMessage;

    internal sealed record Restart(Exception Cause) : SystemMessage;

    internal sealed record Watch(InternalActorRef Watcher) : SystemMessage;

    internal sealed record Unwatch(InternalActorRef Watcher) : SystemMessage;

    /// <summary>Goes to the parent and to the watchers of an actor that has ended.</summary>
    internal sealed record Died(InternalActorRef Actor) : SystemMessage;

    /// <summary>Goes to the parent of an actor that threw and now waits for a decision.</summary>
    internal sealed record Failed(InternalActorRef Child, Exception Cause) : SystemMessage;
}
