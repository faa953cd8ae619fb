using Akka.Actor;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <summary>Keeps one device busy: one pack after another, on a trainer that lives across them. What it wants, holds and trains
/// is <see cref="WorkerState"/>'s to say. Its failure costs the device.</summary>
internal sealed partial class WorkerActor : ReceiveActor, IWithTimers
{
    /// <summary>A device that gets nothing for so long is idle; between two trials it is not.</summary>
    private static readonly TimeSpan _idleAfter = TimeSpan.FromMilliseconds(100);

    private readonly NodeScope _scope;
    private readonly NodeOptions _options;
    private readonly string _device;
    private readonly string _name;
    private readonly IActorRef _gateway;
    private readonly ILogger _logger;
    private readonly Random _random;
    private readonly CancellationTokenSource _life = new();
    private readonly WorkerState _state;

    // All that wait or train, lost ones too until the trainer is rid of them.
    private readonly Dictionary<AttemptFence, TrialInHand> _hands = [];
    private DeviceState? _shown;
    private bool _isGone;

    public WorkerActor(NodeScope scope, string device, IActorRef gateway)
    {
        (_scope, _options, _device, _gateway) = (scope, scope.Options, device, gateway);
        _name = $"{scope.Name}/{device}";
        _logger = scope.Logger("VaeSweep.Worker");
        _random = new Random(device.Aggregate(_options.Seed, (seed, letter) => unchecked((seed * 31) + letter)));
        _state = new WorkerState(device, _options.PackSizeOf(device));
        On<Grant>(OnGrant);
        On<Directed>(OnDirected);
        On<LoseAll>(_ => _state.LoseAll());
        On<Drain>(_ => OnDrain());
        Receive<BeIdle>(_ => BecomeIdle());
        Receive<Status.Failure>(failure => OnFailure(failure.Cause), _ => !_life.IsCancellationRequested);
        ReceiveTrainerMessages();
        ReceiveJobMessages();
        On<Sent>(OnSent);
    }

    private sealed record BeIdle;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        StartTrainer();
        ShowGateway();
    }

    protected override void PostStop()
    {
        _life.Cancel();
        CloseTrainer();
    }

    /// <summary>Whatever has happened, the device does what follows from it, and the gateway hears how it stands.</summary>
    private void On<T>(Action<T> happened) => Receive<T>(message =>
    {
        happened(message);
        ForgetLost();
        AskTrainerToStop();
        BeginNext();
        LeaveIfDrained();
        ShowGateway();
    });

    private void ShowGateway()
    {
        var (status, held) = _state.Show(_scope.Clock.Now);
        _gateway.Tell(new Shown(status, held));
    }

    private void OnGrant(Grant grant)
    {
        if (!_state.Take(grant))
            return;
        foreach (var one in grant.Trials)
        {
            _hands[one.Attempt] = new TrialInHand(one);
            Log.Claimed(_logger, one.Trial.Sweep, one.Trial.TrialId, one.Trial.Ordinal, _name);
        }

        TellAll(_state.GiveBackLonger(_jobEpochs));
    }

    private void OnDirected(Directed directed)
    {
        if (_state.Direct(directed.Attempt, directed.Directive).End is { } end)
            Tell(end);
    }

    private void OnDrain()
    {
        if (_state.Drains)
            return;
        Show(DeviceState.Draining);
        TellAll(_state.Drain().Ends);
    }

    /// <summary>Those that were lost while they waited are nobody's any more.</summary>
    private void ForgetLost()
    {
        if (_hands.Count == 0)
            return;
        var held = _state.Held.ToHashSet();
        foreach (var hand in _hands.Values.Where(one => !held.Contains(one.Attempt) && !IsInJob(one)).ToList())
            Forget(hand, end: null);
    }

    private void LeaveIfDrained()
    {
        if (_isGone || !_state.Drains || _job is not null || !_state.IsIdle)
            return;
        _isGone = true;
        if (_shown != DeviceState.Failed)
            Show(DeviceState.Stopped);
        // Ends a trainer that is still starting, too.
        _life.Cancel();
        CloseTrainer(Context.Parent, new Drained(_device));
    }

    private static void OnFailure(Exception failure) =>
        throw new InvalidOperationException($"what was begun beside the worker failed: {failure.Message}", failure);

    private void BecomeIdle()
    {
        if (_job is null && _trainer is not null && !_state.Drains)
            Show(DeviceState.Idle);
    }

    private void Show(DeviceState state, string? detail = null)
    {
        if (state == _shown && detail is null)
            return;
        if ((state == DeviceState.Training) != (_shown == DeviceState.Training))
            Context.Parent.Tell(new Trains(_device, state == DeviceState.Training));
        _shown = state;
        _scope.Events.Publish(new DeviceChanged(_device, state, detail));
    }
}
