namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>One actor's life: instance, mailbox, children, watches. The handle outlives the instances.</summary>
/// <remarks>All state is touched inside the mailbox's run only, but for the two queues, the scheduled flag and the children, which have a lock
/// because the system starts top-level actors from any thread.</remarks>
internal sealed partial class ActorCell : IActorContext
{
    private static readonly AsyncLocal<ActorCell?> CurrentCell = new();

    [ThreadStatic]
    private static ActorCell? _creating;

    private readonly LocalActorRef _self;
    private readonly InternalActorRef _parent;
    private ActorBase? _actor;
    private Life _life = Life.Alive;
    private volatile bool _terminated;

    public ActorCell(LocalActorRef self, Props props, InternalActorRef parent)
    {
        _self = self;
        _parent = parent;
        Props = props;
    }

    private enum Life
    {
        Alive,
        Restarting,
        Stopping,
        Terminated,
    }

    /// <summary>The cell whose handler is running here, through its awaits.</summary>
    public static ActorCell? Current => CurrentCell.Value;

    public static IActorRef? CurrentSelf => CurrentCell.Value?.Self;

    public IActorRef Self => _self;

    public IActorRef Sender => _current.Sender ?? System.DeadLetters;

    public IActorRef Parent => _parent;

    public Props Props { get; }

    public ActorSystem System => _self.System;

    public bool IsTerminated => _terminated;

    public void Stop(IActorRef actor)
    {
        if (actor is LocalActorRef child && IsChild(child))
        {
            _dying.Add(child);
        }

        System.Stop(actor);
    }

    /// <summary>Hands the cell to the constructor that runs now, once: a second actor made by the same factory gets none.</summary>
    internal static ActorCell? TakeCreating()
    {
        var cell = _creating;
        _creating = null;
        return cell;
    }

    private void Handle(SystemMessage message)
    {
        if (_life == Life.Terminated)
        {
            if (message is SystemMessage.Watch late)
            {
                late.Watcher.SendSystem(new SystemMessage.Died(_self));
            }

            return;
        }

        switch (message)
        {
            case SystemMessage.Start:
                Guard(() => Create(actor => actor.PreStart()));
                break;
            case SystemMessage.Stop:
                BeginStop();
                break;
            case SystemMessage.Suspend:
                _suspensions++;
                break;
            case SystemMessage.Resume:
                Resume();
                break;
            case SystemMessage.Restart restart:
                BeginRestart(restart.Cause);
                break;
            case SystemMessage.Watch watch:
                _watchers.Add(watch.Watcher);
                break;
            case SystemMessage.Unwatch unwatch:
                _watchers.Remove(unwatch.Watcher);
                break;
            case SystemMessage.Died died:
                HandleDeath(died.Actor);
                break;
            case SystemMessage.Failed failed:
                Guard(() => Decide(failed));
                break;
            default:
                throw new InvalidOperationException($"unknown system message {message}");
        }
    }

    private void Create(Action<ActorBase> hook)
    {
        try
        {
            _creating = this;
            var actor = Props.NewActor();
            if (_creating is not null)
            {
                // No constructor took the cell.
                throw new InvalidOperationException($"the factory of {Props.Type.Name} returned an old instance; it must make a new one each time.");
            }

            actor.Constructed();
            Equip(actor);
            _actor = actor;
            hook(actor);
        }
        catch (Exception e) when (e is not ActorInitializationException)
        {
            throw new ActorInitializationException($"{_self.Path} ({Props.Type.Name}) could not start: {e.Message}", e);
        }
        finally
        {
            _creating = null;
        }
    }

    private void Equip(ActorBase actor)
    {
        if (actor is IWithTimers withTimers)
        {
            _timers = new TimerScheduler(this);
            withTimers.Timers = _timers;
        }

        if (actor is IWithUnboundedStash withStash)
        {
            withStash.Stash = this;
        }
    }

    private void BeginStop()
    {
        if (_life == Life.Stopping)
        {
            return;
        }

        lock (_childrenLock)
        {
            // Under the lock, so that a child is either refused or seen by the line below.
            _life = Life.Stopping;
        }

        _suspensions++;
        StopChildren();
        FinishStopIfReady();
    }

    private void FinishStopIfReady()
    {
        if (_life != Life.Stopping || HasChildren)
        {
            return;
        }

        try
        {
            _actor?.PostStop();
        }
        catch (Exception e)
        {
            Log.PostStopFailed(System.Logger, _self.Path.ToString(), e);
        }

        _timers?.CancelAll();
        _actor = null;
        _life = Life.Terminated;
        _terminated = true;
        // From here on the mailbox hands everything to the dead letters.
        _suspensions = 0;
        UnstashAll();
        ForgetWatches();
        _parent.SendSystem(new SystemMessage.Died(_self));
        TellWatchers();
    }

    private void BeginRestart(Exception cause)
    {
        if (_life == Life.Stopping)
        {
            return;
        }

        _life = Life.Restarting;
        _restartCause = cause;
        try
        {
            _actor?.PreRestart(cause, _failedOn);
        }
        catch (Exception e)
        {
            Log.PreRestartFailed(System.Logger, _self.Path.ToString(), e);
        }

        _timers?.CancelAll();
        FinishRestartIfReady();
    }

    private void FinishRestartIfReady()
    {
        if (_life != Life.Restarting || _dying.Count > 0)
        {
            return;
        }

        var cause = _restartCause!;
        _life = Life.Alive;
        _actor = null;
        _failedOn = null;
        UnstashAll();
        Guard(() =>
        {
            Create(actor => actor.PostRestart(cause));
            foreach (var survivor in ChildrenNow())
            {
                survivor.SendSystem(new SystemMessage.Restart(cause));
            }
        });
        Unsuspend();
    }

    private void Resume()
    {
        foreach (var child in ChildrenNow())
        {
            child.SendSystem(new SystemMessage.Resume());
        }

        _failedOn = null;
        Unsuspend();
    }

    private void Unsuspend()
    {
        if (_suspensions > 0)
        {
            _suspensions--;
        }
    }
}
