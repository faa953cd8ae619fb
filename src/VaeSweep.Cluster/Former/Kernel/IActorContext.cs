namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>An actor's view of itself and its place. To be used inside its handlers only.</summary>
public interface IActorContext : IActorRefFactory
{
    IActorRef Self { get; }

    /// <summary>Who sent the message at hand; the dead letters when nobody did.</summary>
    IActorRef Sender { get; }

    IActorRef Parent { get; }

    Props Props { get; }

    ActorSystem System { get; }

    /// <returns>Null when no child of that name lives.</returns>
    IActorRef? Child(string name);

    IReadOnlyCollection<IActorRef> GetChildren();

    /// <summary>Asks for a <see cref="Terminated"/> message when the actor ends; comes at once for one that has ended already.</summary>
    /// <returns>The same handle.</returns>
    IActorRef Watch(IActorRef subject);

    /// <summary>Takes a watch back. No <see cref="Terminated"/> arrives afterwards, not even one that was already on its way.</summary>
    IActorRef Unwatch(IActorRef subject);
}
