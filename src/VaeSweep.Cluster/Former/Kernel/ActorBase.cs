namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>What every actor has. Derive from <see cref="ReceiveActor"/>.</summary>
public abstract class ActorBase
{
    private readonly ActorCell _cell;

    protected ActorBase()
    {
        _cell = ActorCell.TakeCreating() ?? throw new ActorInitializationException(
            $"{GetType().Name} was made with new. Actors are started with ActorOf(Props.Create(() => new {GetType().Name}(...))), "
            + "and the factory must make a new instance each time.");
    }

    protected IActorContext Context => _cell;

    protected IActorRef Self => _cell.Self;

    protected IActorRef Sender => _cell.Sender;

    internal ActorCell Cell => _cell;

    /// <summary>Handles one message; the mailbox waits for the task.</summary>
    internal abstract Task Invoke(object message);

    internal virtual void Constructed()
    {
    }

    /// <summary>Called before the first message, and by default after each restart.</summary>
    protected internal virtual void PreStart()
    {
    }

    /// <summary>Called when the actor has ended and all its children have; always, if it had started.</summary>
    protected internal virtual void PostStop()
    {
    }

    /// <summary>Called on the failed instance. By default stops the children and calls <see cref="PostStop"/>.</summary>
    /// <param name="message">What it failed on; null when it failed between messages.</param>
    protected internal virtual void PreRestart(Exception reason, object? message)
    {
        foreach (var child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }

        PostStop();
    }

    /// <summary>Called on the new instance. By default calls <see cref="PreStart"/>.</summary>
    protected internal virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>What to do about children that fail.</summary>
    protected internal virtual SupervisorStrategy SupervisorStrategy() => Kernel.SupervisorStrategy.DefaultStrategy;

    /// <summary>Called for a message that no handler takes. An unhandled <see cref="Terminated"/> fails the actor; others become events.</summary>
    /// <exception cref="DeathPactException">It watched an actor and has no handler for its end.</exception>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
        {
            throw new DeathPactException($"{Self.Path} watched {terminated.ActorRef.Path}, which ended, and does not handle Terminated.");
        }

        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }
}
