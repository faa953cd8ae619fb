namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>How an actor treats children that fail.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Restart without limit, but stop what could not start, was killed or broke a death pact.</summary>
    public static SupervisorStrategy DefaultStrategy { get; } = new OneForOneStrategy(DefaultDecider);

    /// <summary>Stop whatever fails.</summary>
    public static SupervisorStrategy StoppingStrategy { get; } = new OneForOneStrategy(_ => Directive.Stop);

    public static Directive DefaultDecider(Exception cause) =>
        cause is ActorInitializationException or ActorKilledException or DeathPactException ? Directive.Stop : Directive.Restart;

    /// <summary>What to do about this failure, the limit of restarts included.</summary>
    internal abstract Directive Decide(Exception cause, RestartHistory history, TimeProvider time);
}
