namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>What can start and stop actors: the system, for top-level ones, and an actor's context, for its children.</summary>
public interface IActorRefFactory
{
    /// <summary>Starts an actor and returns its handle at once; messages wait until it has started.</summary>
    /// <param name="name">Unique among the siblings that live; null makes one up.</param>
    /// <exception cref="InvalidActorNameException">The name is taken or not allowed.</exception>
    IActorRef ActorOf(Props props, string? name = null);

    /// <summary>Stops an actor after the message it is at; what waits in its mailbox becomes dead letters.</summary>
    void Stop(IActorRef actor);
}
