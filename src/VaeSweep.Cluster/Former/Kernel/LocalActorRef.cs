namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>The handle of an actor with a cell.</summary>
internal sealed class LocalActorRef : InternalActorRef
{
    public LocalActorRef(ActorSystem system, ActorPath path, Props props, InternalActorRef parent)
        : base(system, path)
    {
        Cell = new ActorCell(this, props, parent);
    }

    public ActorCell Cell { get; }

    /// <summary>Of this child in its parent's eyes.</summary>
    public RestartHistory Restarts { get; } = new();

    public override bool IsTerminated => Cell.IsTerminated;

    public override void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Cell.Post(new Envelope(message, sender));
    }

    public override void SendSystem(SystemMessage message) => Cell.PostSystem(message);
}
