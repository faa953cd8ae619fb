namespace VaeSweep.Cluster.Former.Kernel;

internal sealed partial class ActorCell
{
    private readonly HashSet<InternalActorRef> _watchers = [];
    private readonly HashSet<InternalActorRef> _watching = [];

    /// <summary>Whose <see cref="Terminated"/> lies in the mailbox; taken out by an Unwatch, so that it is dropped on arrival.</summary>
    private readonly HashSet<IActorRef> _terminatedQueued = [];

    public IActorRef Watch(IActorRef subject)
    {
        var actor = (InternalActorRef)subject;
        if (!ReferenceEquals(actor, _self) && _watching.Add(actor))
        {
            actor.SendSystem(new SystemMessage.Watch(_self));
        }

        return subject;
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        var actor = (InternalActorRef)subject;
        if (_watching.Remove(actor))
        {
            actor.SendSystem(new SystemMessage.Unwatch(_self));
        }

        _terminatedQueued.Remove(actor);
        return subject;
    }

    private void HandleDeath(InternalActorRef actor)
    {
        if (actor is LocalActorRef child)
        {
            RemoveChild(child);
        }

        if (_watching.Remove(actor))
        {
            _terminatedQueued.Add(actor);
            Post(new Envelope(new Terminated(actor), actor));
        }

        FinishStopIfReady();
        FinishRestartIfReady();
    }

    private void ForgetWatches()
    {
        foreach (var actor in _watching)
        {
            actor.SendSystem(new SystemMessage.Unwatch(_self));
        }

        _watching.Clear();
    }

    private void TellWatchers()
    {
        foreach (var watcher in _watchers)
        {
            // The parent has been told already; a second time would find the child gone and its watch answered.
            if (!ReferenceEquals(watcher, _parent))
            {
                watcher.SendSystem(new SystemMessage.Died(_self));
            }
        }

        _watchers.Clear();
    }
}
