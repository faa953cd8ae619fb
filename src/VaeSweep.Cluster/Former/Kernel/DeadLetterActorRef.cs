namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Publishes whatever it is told as a <see cref="DeadLetter"/>; watching it answers at once.</summary>
internal sealed class DeadLetterActorRef(ActorSystem system, ActorPath path) : InternalActorRef(system, path)
{
    public override bool IsTerminated => false;

    public override void Tell(object message, IActorRef? sender) =>
        System.EventStream.Publish(message as DeadLetter ?? new DeadLetter(message, sender, this));

    public override void SendSystem(SystemMessage message)
    {
        if (message is SystemMessage.Watch watch)
        {
            watch.Watcher.SendSystem(new SystemMessage.Died(this));
        }
    }
}
