using Akka.Actor;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <summary>A node's voice: passes between the head and the workers what <see cref="GatewayState"/> says, and keeps what the head
/// does not have yet. Its failure is the node's.</summary>
internal sealed class GatewayActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan _loadEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestGoodbye = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _soonest = TimeSpan.FromMilliseconds(1);

    private readonly NodeScope _scope;
    private readonly GatewayState _state;
    private readonly HeadWatch _head;
    private readonly Dictionary<string, (IActorRef Worker, Shown Last)> _devices = new(StringComparer.Ordinal);
    private IActorRef? _wire;
    private int _training;
    private TimeSpan _loadAt;
    private TimeSpan _wakesAt = TimeSpan.MaxValue;
    private bool _isLeaving;
    private bool _isTurnedAway;

    public GatewayActor(NodeScope scope)
    {
        _scope = scope;
        var options = scope.Options;
        var info = new NodeInfo(scope.Name, Environment.MachineName, options.Devices, options.Version, Provenance: null);
        var started = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        _state = new GatewayState(info, started, options.Token, options.SweepFilter, options.Gateway);
        _head = new HeadWatch(scope);
        On<Connected>(OnConnected);
        On<Disconnected>(OnDisconnected);
        On<Told>(told => _state.Outbox.Add(told.Entry));
        On<Shown>(OnShown);
        On<DeviceGone>(OnDeviceGone);
        On<Noted>(noted => _state.Note = noted.Note);
        On<Busy>(busy => (_training, _loadAt) = (busy.Training, _scope.Clock.Now));
        On<Ack>(OnAck);
        On<Grant>(OnGrant);
        On<Refused>(OnRefused);
        On<Settle>(OnSettle);
        On<Wake>(_ => _wakesAt = TimeSpan.MaxValue);
        On<Listen>(_ => _head.Look());
    }

    private sealed record Wake;

    private sealed record Listen;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() =>
        Timers.StartPeriodicTimer("listen", new Listen(), HeadWatch.LookEvery, HeadWatch.LookEvery);

    /// <summary>Whatever has happened, something may be due.</summary>
    private void On<T>(Action<T> happened) => Receive<T>(message =>
    {
        happened(message);
        SendWhatIsDue();
    });

    private void SendWhatIsDue()
    {
        var now = _scope.Clock.Now;
        if (now >= _loadAt)
        {
            (_state.Load, _loadAt) = (_scope.Options.Load(_training), now + _loadEvery);
            TouchAliveFile();
        }

        foreach (var message in _state.Due(now))
            _wire!.Tell(message, Self);
        if (_state.Outbox.IsFull)
            _scope.Room.Shut();
        else
            _scope.Room.Open();
        WakeAt(_state.DueAt, now);
        if (_isLeaving && _state.IsDone)
            SayGoodbye();
    }

    private void TouchAliveFile()
    {
        if (_scope.Options.AliveFile is not { } file)
            return;
        try
        {
            File.WriteAllText(file, "");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The probe finds it too old, and says so in its own way.
        }
    }

    private void WakeAt(TimeSpan due, TimeSpan now)
    {
        // A timer that comes too early does no harm, and most of what happens puts nothing forward.
        if (due == TimeSpan.MaxValue || (due >= _wakesAt && _wakesAt > now))
            return;
        _wakesAt = due;
        Timers.StartSingleTimer("wake", new Wake(), due - now > _soonest ? due - now : _soonest);
    }

    private void OnConnected(Connected connected)
    {
        if (_wire is not null)
            _state.Disconnected();
        _wire = connected.Wire;
        _state.Connected();
    }

    private void OnDisconnected(Disconnected disconnected)
    {
        if (!disconnected.Wire.Equals(_wire))
            return;
        _wire = null;
        _state.Disconnected();
        _head.Lost();
    }

    private void OnShown(Shown shown)
    {
        _devices[shown.Status.Device] = (Sender, shown);
        _state.Show(shown.Status, shown.Held);
    }

    private void OnDeviceGone(DeviceGone gone)
    {
        if (!_devices.Remove(gone.Device, out var device))
            return;
        var (status, held) = device.Last;
        if (gone.Reason is not null)
        {
            foreach (var attempt in held.Except(_state.Outbox.Ending))
            {
                _state.Outbox.Add(new EndEntry(attempt, new AttemptEnd(AttemptOutcome.Failed)
                {
                    FailureClass = FailureClass.Crash, Reason = $"the worker of {gone.Device} failed: {gone.Reason}",
                }));
            }
        }

        // A grant that is under way to it will not be taken: its number is passed over.
        _state.Show(status with { Want = status.Want + 1, Count = 0, Provenance = null }, []);
    }

    private void OnAck(Ack ack)
    {
        _head.Heard();
        var ending = _state.Outbox.Ending.Count;
        foreach (var directed in _state.Hear(ack, _scope.Clock.Now))
            TellWorkers(directed);
        if (_state.Outbox.Ending.Count < ending)
            Context.Parent.Tell(new EndsKept());
    }

    private void OnGrant(Grant grant)
    {
        _head.Heard();
        if (_state.Hear(grant) && _devices.TryGetValue(grant.Device, out var device))
            device.Worker.Tell(grant);
    }

    private void OnRefused(Refused refused)
    {
        if (refused.Kind == Refusal.HelloFirst)
            _head.Heard();
        else
            _head.Refused(refused.Reason);
        switch (_state.Hear(refused))
        {
            case Verdict.AllLost:
                TellWorkers(new LoseAll());
                break;
            case Verdict.Leave when !_isTurnedAway:
                _isTurnedAway = true;
                Context.Parent.Tell(new TurnedAway(refused.Reason));
                break;
            default:
                break;
        }
    }

    private void TellWorkers(object message)
    {
        foreach (var (worker, _) in _devices.Values)
            worker.Tell(message);
    }

    private void OnSettle(Settle settle)
    {
        (_isLeaving, _state.Leaves) = (true, true);
        if (settle.Now)
            TellSettled();
    }

    /// <summary>A head that is there lists the node as gone; one that is away finds out by itself.</summary>
    private void SayGoodbye()
    {
        if (_state.HasLeft || !_state.IsGreeted || _head.IsAway)
            TellSettled();
        else if (!Timers.IsTimerActive("goodbye"))
            Timers.StartSingleTimer("goodbye", new Settle(Now: true), _longestGoodbye);
    }

    private void TellSettled()
    {
        if (!_isLeaving)
            return;
        _isLeaving = false;
        Context.Parent.Tell(new Settled(_state.Outbox.Count));
    }
}
