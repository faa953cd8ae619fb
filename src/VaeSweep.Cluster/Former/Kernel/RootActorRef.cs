namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>Above the user guardian: its end is the system's end, its failure too.</summary>
internal sealed class RootActorRef(ActorSystem system, ActorPath path) : InternalActorRef(system, path)
{
    public override bool IsTerminated => false;

    public override void Tell(object message, IActorRef? sender) =>
        System.DeadLetters.Tell(new DeadLetter(message, sender, this), sender);

    public override void SendSystem(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Failed failed:
                System.GuardianFailed(failed.Cause);
                break;
            case SystemMessage.Died:
                System.GuardianDied();
                break;
            default:
                break;
        }
    }
}
