namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>A handle on an actor. Safe to share between threads; stays valid, though useless, after the actor has ended.</summary>
public interface IActorRef
{
    ActorPath Path { get; }

    /// <summary>Puts a message into the actor's mailbox and returns at once. Messages of one sender arrive in the order they were sent; those for an
    /// actor that has ended become <see cref="DeadLetter"/> events.</summary>
    /// <param name="sender">Who an answer goes to; null for nobody.</param>
    void Tell(object message, IActorRef? sender);
}
