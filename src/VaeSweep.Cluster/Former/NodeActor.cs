using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Former.Kernel;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Former;

/// <summary>One process's part of the cluster: starts its actors, says that it lives, and decides when it is over.</summary>
internal sealed class NodeActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HeartbeatLease = TimeSpan.FromSeconds(20);

    private readonly NodeOptions _options;
    private readonly StoreClient _store;
    private readonly string _name;
    private readonly TaskCompletionSource<RunOutcome> _completion;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _life = new();
    private readonly Dictionary<string, IActorRef> _workers = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private readonly HashSet<string> _differing = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stacks;
    private IActorRef _coordinator = null!;
    private IActorRef _leases = null!;
    private string? _provenance;
    private string? _note;
    private int _training;
    private RunOutcome? _leaving;
    private string? _outdated;
    private Exception? _lastError;
    private bool _beating;

    public NodeActor(NodeOptions options, StoreClient store, string name, TaskCompletionSource<RunOutcome> completion)
    {
        _options = options;
        _store = store;
        _name = name;
        _completion = completion;
        _stacks = [.. options.StackOf is { } of ? options.Devices.Select(of) : []];
        _logger = options.LoggerFactory.CreateLogger("VaeSweep.Node");
        Receive<Leave>(leave => Begin(leave.Outcome));
        Receive<GiveUpWaiting>(_ => Finish(_leaving ?? RunOutcome.Stopped));
        Receive<WakeUp>(_ => TellWorkers(new WorkerActor.WakeUp()));
        Receive<WorkerIdle>(_ => _coordinator.Tell(new CoordinatorActor.SurveyNow()));
        Receive<AttemptOver>(OnAttemptOver);
        Receive<CheckpointsRecorded>(_ => _coordinator.Tell(new CoordinatorActor.Prune()));
        Receive<Heard>(OnHeard);
        Receive<TrainerKnown>(OnTrainerKnown);
        Receive<Surveyed>(OnSurveyed);
        Receive<Drained>(drained => OnWorkerGone(drained.Device));
        Receive<DeviceFailed>(failed => _failures.Add($"{failed.Device}: {failed.Reason}"));
        Receive<Resigned>(_ => Finish(_leaving!.Value));
        Receive<Training>(OnTraining);
        Receive<Beat>(_ => SendHeartbeat());
        Receive<Beaten>(_ => _beating = false);
        Receive<Outdated>(OnOutdated);
        Receive<Terminated>(OnTerminated);
        Receive<Status.Failure>(failure => ExceptionDispatchInfo.Throw(failure.Cause));
    }

    /// <summary>Bring every trial to a checkpoint, release it and go.</summary>
    internal sealed record Leave(RunOutcome Outcome);

    internal sealed record WakeUp;

    internal sealed record WorkerIdle;

    /// <param name="Requeued">The trial may be claimed again.</param>
    internal sealed record AttemptOver(bool Requeued);

    internal sealed record CheckpointsRecorded;

    internal sealed record Surveyed(IReadOnlyList<SweepStatus> Sweeps);

    internal sealed record Drained(string Device);

    internal sealed record DeviceFailed(string Device, string Reason);

    /// <param name="Provenance">Of one of this node's trainers.</param>
    internal sealed record TrainerKnown(string Provenance);

    /// <param name="Change">+1 or -1 device that trains.</param>
    internal sealed record Training(int Change);

    private sealed record Heard(StoreNews News);

    private sealed record GiveUpWaiting;

    private sealed record Resigned;

    private sealed record Beat;

    private sealed record Beaten;

    private sealed record Outdated(string Message);

    public ITimerScheduler Timers { get; set; } = null!;

    protected internal override void PreStart()
    {
        var leases = _leases = Context.Watch(Context.ActorOf(Props.Create(() => new LeaseKeeperActor(_options, _store)), "leases"));
        var aggregator = Context.Watch(Context.ActorOf(Props.Create(() => new AggregatorActor(_options, _store)), "aggregator"));
        _coordinator = Context.Watch(Context.ActorOf(Props.Create(() => new CoordinatorActor(_options, _store, _name)), "coordinator"));
        foreach (var device in _options.Devices)
        {
            var worker = Context.ActorOf(
                Props.Create(() => new WorkerActor(_options, _store, device, _name, leases, aggregator)), device);
            _workers.Add(device, Context.Watch(worker));
        }

        Timers.StartPeriodicTimer("beat", new Beat(), TimeSpan.Zero, HeartbeatEvery);
        var self = Self;
        _ = _store.Listen(news => self.Tell(new Heard(news), sender: null), _life.Token);
    }

    protected internal override void PostStop()
    {
        _life.Cancel();
        // Without a word of its own the node was told to go at once.
        _completion.TrySetResult(RunOutcome.Stopped);
        _ = Context.System.Terminate();
    }

    /// <summary>What fails here is a bug: a device's costs that device, the others' cost the node. Their trials go to whoever is left.</summary>
    protected internal override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
    {
        _lastError = e;
        return Kernel.Directive.Stop;
    });

    private void Begin(RunOutcome outcome)
    {
        if (_leaving is not null)
        {
            return;
        }

        _leaving = outcome;
        _note = "leaving: trials are brought to a checkpoint and given back";
        SendHeartbeat();
        Log.NodeLeaves(_logger, _name, outcome);
        Timers.StartSingleTimer("give up", new GiveUpWaiting(), _options.StopTimeout + TimeSpan.FromSeconds(10));
        TellWorkers(new WorkerActor.Drain());
        ResignIfAlone();
    }

    private void TellWorkers(object message)
    {
        foreach (var worker in _workers.Values)
        {
            worker.Tell(message);
        }
    }

    private void OnTraining(Training training)
    {
        _training += training.Change;
        if (_training == 0)
        {
            _coordinator.Tell(new CoordinatorActor.SurveyNow(Last: true));
        }
    }

    private void OnAttemptOver(AttemptOver over)
    {
        _coordinator.Tell(new CoordinatorActor.SurveyNow(Last: _training == 0));
        if (over.Requeued)
        {
            TellWorkers(new WorkerActor.WakeUp());
        }
    }

    private void OnHeard(Heard heard)
    {
        _coordinator.Tell(new CoordinatorActor.SurveyNow());
        if (heard.News == StoreNews.Work)
        {
            TellWorkers(new WorkerActor.WakeUp());
        }
        else
        {
            _leases.Tell(new LeaseKeeperActor.RenewNow());
        }
    }

    private void OnTrainerKnown(TrainerKnown known)
    {
        if (SoftwareStack.Of(known.Provenance) is { } stack)
        {
            _stacks.Add(stack);
        }

        if (_provenance is null)
        {
            _provenance = known.Provenance;
            SendHeartbeat();
        }
    }

    /// <summary>Says once of each sweep that it is trained with other software; a node that came for nothing else has nothing to do here.</summary>
    private void TellDiffering(IReadOnlyList<SweepStatus> sweeps)
    {
        if (_stacks.Count == 0)
        {
            return;
        }

        var ours = string.Join(" and ", _stacks);
        var differing = sweeps.Where(s => s.Open > 0 && s.Stack is not (null or SweepStatus.AnyStack) && !_stacks.Contains(s.Stack)).ToList();
        foreach (var sweep in differing.Where(s => _differing.Add($"{s.Name} {s.Stack}")))
        {
            Log.SoftwareDiffers(_logger, sweep.Name, sweep.Stack!, ours);
            Context.System.EventStream.Publish(new SoftwareDiffers(sweep.Name, sweep.Stack!, ours));
        }

        if (_leaving is null)
        {
            _note = differing.Count > 0 ? $"has {ours}: takes nothing of {string.Join(", ", differing.Select(s => s.Name))}" : null;
        }

        if (_options.ExitWhenDone && differing.Count > 0 && sweeps.All(s => s.Open == 0 || differing.Contains(s)))
        {
            var first = differing[0];
            Fail($"sweep {first.Name} is trained with {first.Stack}, and this node has {ours}: their numbers are not to be mixed unseen. "
                + $"Use the same software, or allow both with: vaesweep set {first.Name} --allow-mixed");
        }
    }

    private void OnSurveyed(Surveyed surveyed)
    {
        TellDiffering(surveyed.Sweeps);
        if (!_options.ExitWhenDone)
        {
            return;
        }

        // A node that came for one sweep has nothing to wait for when that one's owner has paused it.
        var held = _options.SweepFilter is not null
            && surveyed.Sweeps.Any(sweep => sweep.State != Sweeps.SweepState.Active && sweep.Count(Sweeps.TrialState.Running) == 0);
        if (held || surveyed.Sweeps.All(sweep => sweep.Open == 0))
        {
            Begin(held ? RunOutcome.Stopped : RunOutcome.Done);
        }
    }

    private void OnWorkerGone(string device)
    {
        if (!_workers.Remove(device, out var worker))
        {
            return;
        }

        Context.Unwatch(worker);
        Context.Stop(worker);
        if (_leaving is not null)
        {
            ResignIfAlone();
        }
        else if (_workers.Count == 0)
        {
            Fail($"no device of this node can be used:\n{string.Join('\n', _failures)}");
        }
    }

    private void OnTerminated(Terminated terminated)
    {
        var name = terminated.ActorRef.Path.Name;
        if (_workers.ContainsKey(name))
        {
            var reason = _lastError?.Message ?? "its worker ended";
            _failures.Add($"{name}: {reason}");
            Context.System.EventStream.Publish(new DeviceChanged(name, DeviceState.Failed, reason));
            OnWorkerGone(name);
        }
        else
        {
            Fail($"the {name} of this node failed: {_lastError?.Message}");
        }
    }

    private void ResignIfAlone()
    {
        if (_workers.Count == 0)
        {
            _ = _coordinator.Ask<Status.Success>(new CoordinatorActor.Resign(), TimeSpan.FromSeconds(10), _life.Token)
                .PipeTo(Self, success: _ => new Resigned(), failure: _ => new Resigned());
        }
    }

    private void Fail(string message)
    {
        Log.NodeFailed(_logger, _name, message);
        _completion.TrySetException(new NodeFailedException(message, _lastError));
        Context.Stop(Self);
    }

    /// <summary>The store has moved on: what this program writes into it may be wrong before long. It leaves in order, and says why.</summary>
    private void OnOutdated(Outdated outdated)
    {
        _beating = false;
        if (_outdated is null)
        {
            _outdated = outdated.Message;
            Log.Outdated(_logger, _name, outdated.Message);
            Begin(RunOutcome.Stopped);
        }
    }

    private void Finish(RunOutcome outcome)
    {
        if (_outdated is { } why)
        {
            Fail($"{why} This node has brought its trials to a checkpoint, given them back and left.");
            return;
        }

        _completion.TrySetResult(outcome);
        Context.Stop(Self);
    }

    private void SendHeartbeat()
    {
        if (_beating)
        {
            return;
        }

        _beating = true;
        var info = new NodeInfo(_name, Environment.MachineName, _options.Devices, _options.Version, _provenance)
        {
            Load = _options.Load(_training), Note = _note,
        };
        _ = _store.Once(
                async (store, ct) =>
                {
                    await store.HeartbeatAsync(info, HeartbeatLease, ct);
                    return true;
                },
                HeartbeatLease / 2,
                _life.Token)
            .PipeTo(
                Self,
                success: _ => new Beaten(),
                failure: e => e switch
                {
                    StoreOutdatedException outdated => new Outdated(outdated.Message),
                    OperationCanceledException => new Beaten(),
                    _ => StoreClient.IsTransient(e) ? new Beaten() : new Status.Failure(e),
                });
    }
}
