namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>What the kernel needs of a handle besides <see cref="IActorRef"/>.</summary>
internal abstract class InternalActorRef(ActorSystem system, ActorPath path) : IActorRef
{
    public ActorPath Path { get; } = path;

    public ActorSystem System { get; } = system;

    public abstract bool IsTerminated { get; }

    public abstract void Tell(object message, IActorRef? sender);

    public abstract void SendSystem(SystemMessage message);

    public override string ToString() => Path.ToString();
}
