using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster.Actors;

/// <summary>One process's part of the cluster: starts its actors, and decides when it is over.</summary>
/// <remarks>What fails here is a bug, and would go on with half its memory if it were restarted: a worker's failure costs its
/// device, any other's the node. Either way trials go to whoever is left.</remarks>
internal sealed partial class NodeActor : ReceiveActor, IWithTimers
{
    /// <summary>How long a node that leaves waits for the head, after all its trainers have had their time.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly NodeScope _scope;
    private readonly NodeOptions _options;
    private readonly ILogger _logger;
    private readonly Dictionary<string, IActorRef> _workers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _training = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private IActorRef _gateway = ActorRefs.Nobody;
    private IActorRef? _survey;
    private RunOutcome? _leaving;
    private string? _turnedAway;
    private string? _failure;
    private Exception? _lastError;

    public NodeActor(NodeScope scope)
    {
        (_scope, _options) = (scope, scope.Options);
        _logger = scope.Logger("VaeSweep.Node");
        Receive<Leave>(leave => Begin(leave.Outcome));
        Receive<GiveUpWaiting>(_ => _gateway.Tell(new Settle(Now: true)));
        Receive<TurnedAway>(OnTurnedAway);
        Receive<Settled>(settled => Finish(settled.Unconfirmed));
        Receive<EndsKept>(_ => _survey?.Tell(new LookNow(Last: _training.Count == 0)));
        Receive<Trains>(OnTrains);
        Receive<Rests>(OnRests);
        Receive<TrainerKnown>(OnTrainerKnown);
        Receive<Surveyed>(OnSurveyed);
        Receive<Drained>(drained => OnWorkerGone(drained.Device, reason: null));
        Receive<DeviceFailed>(failed => _failures.Add($"{failed.Device}: {failed.Reason}"));
        Receive<Terminated>(OnTerminated);
    }

    private sealed record GiveUpWaiting;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        try
        {
            StartAll();
        }
        catch (Exception failure)
        {
            // Whoever starts the node waits for it.
            _scope.Gateway.TrySetException(failure);
            throw;
        }
    }

    private void StartAll()
    {
        var scope = _scope;
        if (_options.StackOf is { } stackOf)
            _stacks.UnionWith(_options.Devices.Select(stackOf));
        var gateway = Context.ActorOf(Props.Create(() => new GatewayActor(scope)), "gateway");
        _gateway = Context.Watch(gateway);
        if (_options.Survey is not null)
            _survey = Context.Watch(Context.ActorOf(Props.Create(() => new SurveyActor(scope)), "survey"));
        foreach (var device in _options.Devices)
        {
            var worker = Context.ActorOf(Props.Create(() => new WorkerActor(scope, device, gateway)), device);
            _workers.Add(device, Context.Watch(worker));
        }

        scope.Gateway.TrySetResult(gateway);
    }

    protected override void PostStop()
    {
        // Without a word of its own the node was told to go at once.
        _scope.Completion.TrySetResult(RunOutcome.Stopped);
        _ = Context.System.Terminate();
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        _lastError = failure;
        return Akka.Actor.Directive.Stop;
    });

    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception failure)
        {
            // The system stops what throws without a word.
            Fail($"the node's own actor failed: {failure.Message}", failure);
            throw;
        }
    }

    private void Begin(RunOutcome outcome)
    {
        if (_leaving is not null)
            return;
        _leaving = outcome;
        _gateway.Tell(new Noted(_turnedAway ?? "leaving: trials are brought to a checkpoint and given back"));
        Log.NodeLeaves(_logger, _scope.Name, outcome);
        Timers.StartSingleTimer("give up", new GiveUpWaiting(), _options.StopTimeout + _patience);
        // The little that trainers still tell is let through, or they could not end.
        _scope.Room.StayOpen();
        foreach (var worker in _workers.Values)
            worker.Tell(new Drain());
        LeaveIfAlone();
    }

    /// <summary>Leaves in order, and fails in the end.</summary>
    private void BeginToFail(string failure)
    {
        _failure ??= failure;
        Begin(RunOutcome.Stopped);
    }

    private void OnTurnedAway(TurnedAway turnedAway)
    {
        _turnedAway = turnedAway.Reason;
        Log.Outdated(_logger, _scope.Name, turnedAway.Reason);
        if (_leaving is null)
            Begin(RunOutcome.Stopped);
        else
            LeaveIfAlone();
    }

    private void OnTrains(Trains trains)
    {
        if (trains.IsTraining)
            _training.Add(trains.Device);
        else
            _training.Remove(trains.Device);
        _gateway.Tell(new Busy(_training.Count));
        if (_training.Count == 0)
            _survey?.Tell(new LookNow(Last: true));
    }

    /// <param name="reason">Why its worker failed; null when it left in order.</param>
    private void OnWorkerGone(string device, string? reason)
    {
        if (!_workers.Remove(device, out var worker))
            return;
        Context.Unwatch(worker);
        Context.Stop(worker);
        _gateway.Tell(new DeviceGone(device, reason));
        if (_training.Contains(device))
            OnTrains(new Trains(device, IsTraining: false));
        if (_leaving is not null)
            LeaveIfAlone();
        else if (_workers.Count == 0)
            BeginToFail($"no device of this node can be used:\n{string.Join('\n', _failures)}");
    }

    private void OnTerminated(Terminated terminated)
    {
        var name = terminated.ActorRef.Path.Name;
        if (_workers.ContainsKey(name))
        {
            var reason = _lastError?.Message ?? "its worker ended";
            Log.WorkerFailed(_logger, name, _scope.Name, _lastError);
            _failures.Add($"{name}: {reason}");
            _scope.Events.Publish(new DeviceChanged(name, DeviceState.Failed, reason));
            OnWorkerGone(name, reason);
        }
        else
        {
            Fail($"the {name} of this node failed: {_lastError?.Message}", _lastError);
            Context.Stop(Self);
        }
    }

    private void LeaveIfAlone()
    {
        // A head that has turned the node away takes nothing from it any more.
        if (_workers.Count == 0)
            _gateway.Tell(new Settle(Now: _turnedAway is not null));
    }

    private void Finish(int unconfirmed)
    {
        if (unconfirmed > 0)
        {
            Log.LeftUnconfirmed(_logger, _scope.Name, unconfirmed);
            _scope.Events.Publish(new LeftUnconfirmed(unconfirmed));
        }

        if (_failure is not null)
            Fail(_failure, _lastError);
        else if (_turnedAway is not null)
            Fail($"{_turnedAway} {WhatBecameOfTrials(unconfirmed)}", cause: null);
        else
            _scope.Completion.TrySetResult(_leaving ?? RunOutcome.Stopped);
        Context.Stop(Self);
    }

    private static string WhatBecameOfTrials(int unconfirmed) => unconfirmed == 0
        ? "This node has brought its trials to a checkpoint, given them back and left."
        : $"This node has left; {unconfirmed} entries of its trials were not confirmed, which go on elsewhere from the last "
            + "checkpoint that the head knows.";

    private void Fail(string message, Exception? cause)
    {
        Log.NodeFailed(_logger, _scope.Name, message);
        _scope.Completion.TrySetException(new NodeFailedException(message, cause));
    }
}
