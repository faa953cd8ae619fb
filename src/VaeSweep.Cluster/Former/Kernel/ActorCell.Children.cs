namespace VaeSweep.Cluster.Former.Kernel;

internal sealed partial class ActorCell
{
    private readonly Lock _childrenLock = new();
    private readonly Dictionary<string, LocalActorRef> _children = new(StringComparer.Ordinal);

    /// <summary>Children that were told to stop and have not ended.</summary>
    private readonly HashSet<LocalActorRef> _dying = [];
    private Exception? _restartCause;
    private long _nextName;

    private bool HasChildren
    {
        get
        {
            lock (_childrenLock)
            {
                return _children.Count > 0;
            }
        }
    }

    public IActorRef ActorOf(Props props, string? name = null)
    {
        if (name is not null)
        {
            ActorPath.ValidateName(name);
        }

        LocalActorRef child;
        lock (_childrenLock)
        {
            if (_life is Life.Stopping or Life.Terminated)
            {
                throw new InvalidOperationException($"{_self.Path} is stopping and starts no more children.");
            }

            name ??= $"${++_nextName}";
            if (_children.ContainsKey(name))
            {
                throw new InvalidActorNameException($"{_self.Path} already has a child named '{name}'.");
            }

            child = new LocalActorRef(System, _self.Path / name, props, _self);
            _children.Add(name, child);
        }

        child.SendSystem(new SystemMessage.Start());
        return child;
    }

    public IActorRef? Child(string name)
    {
        lock (_childrenLock)
        {
            return _children.GetValueOrDefault(name);
        }
    }

    public IReadOnlyCollection<IActorRef> GetChildren() => ChildrenNow();

    private LocalActorRef[] ChildrenNow()
    {
        lock (_childrenLock)
        {
            return [.. _children.Values];
        }
    }

    private bool IsChild(LocalActorRef actor)
    {
        lock (_childrenLock)
        {
            return _children.TryGetValue(actor.Path.Name, out var child) && ReferenceEquals(child, actor);
        }
    }

    private void StopChildren()
    {
        foreach (var child in ChildrenNow())
        {
            Stop(child);
        }
    }

    private void RemoveChild(LocalActorRef child)
    {
        if (!IsChild(child))
        {
            return;
        }

        lock (_childrenLock)
        {
            _children.Remove(child.Path.Name);
        }

        _dying.Remove(child);
    }

    private void Fail(Exception cause, object? message, LocalActorRef? exceptFor = null)
    {
        if (_life != Life.Alive)
        {
            Log.FailedWhileEnding(System.Logger, _self.Path.ToString(), cause);
            return;
        }

        _suspensions++;
        _failedOn = message;
        foreach (var child in ChildrenNow())
        {
            if (!ReferenceEquals(child, exceptFor))
            {
                child.SendSystem(new SystemMessage.Suspend());
            }
        }

        _parent.SendSystem(new SystemMessage.Failed(_self, cause));
    }

    private void Decide(SystemMessage.Failed failed)
    {
        if (failed.Child is not LocalActorRef child || !IsChild(child))
        {
            return;
        }

        var strategy = Props.SupervisorStrategy ?? _actor?.SupervisorStrategy() ?? Kernel.SupervisorStrategy.DefaultStrategy;
        var directive = _life == Life.Stopping ? Directive.Stop : strategy.Decide(failed.Cause, child.Restarts, System.TimeProvider);
        Log.ChildFailed(System.Logger, child.Path.ToString(), directive, failed.Cause);
        switch (directive)
        {
            case Directive.Resume:
                child.SendSystem(new SystemMessage.Resume());
                break;
            case Directive.Restart:
                child.SendSystem(new SystemMessage.Restart(failed.Cause));
                break;
            case Directive.Stop:
                Stop(child);
                break;
            case Directive.Escalate:
                // Our own supervisor decides for the whole branch. The child that failed is suspended already: once is enough, for it is resumed once.
                Fail(failed.Cause, message: null, exceptFor: child);
                break;
            default:
                throw new InvalidOperationException($"unknown directive {directive}");
        }
    }
}
