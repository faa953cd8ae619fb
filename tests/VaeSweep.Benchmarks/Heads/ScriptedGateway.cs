using System.Diagnostics;
using Akka.Actor;
using VaeSweep.Cluster.Actors;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>A node's gateway whose devices train nothing: what they are granted is reported and ended at once.</summary>
internal sealed class ScriptedGateway : ReceiveActor, IWithTimers
{
    /// <summary>Trials that a device takes at a time, and epochs that it tells at a time.</summary>
    private const int Taken = 4;
    private const int ToldTogether = 100;

    /// <summary>What waits to be sent; far less than a head that is away for an hour would make it.</summary>
    private const long WaitingBytes = 4_000_000;

    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(10);
    private readonly GatewayState _state;
    private readonly Device[] _devices;
    private readonly Action? _granted;
    private readonly TimeSpan _pace;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Queue<(long Last, TimeSpan SentAt)> _underWay = [];
    private readonly List<double> _times = [];
    private ICanTell? _head;
    private long _sent;

    public ScriptedGateway(string name, string token, int devices, TimeSpan pace, Action? granted)
    {
        string[] names = [.. Enumerable.Range(0, devices).Select(i => $"cpu:{i}")];
        var info = new NodeInfo(name, "bench", names, "bench", null);
        var incarnation = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        _state = new GatewayState(info, incarnation, token, null, GatewayOptions.Usual);
        (_devices, _pace, _granted) = ([.. names.Select(one => new Device(one))], pace, granted);
        Receive<Connected>(connected => Begin(connected.Wire));
        Receive<ActorSelection>(Begin);
        Receive<Grant>(OnGrant);
        Receive<Ack>(OnAck);
        Receive<Refused>(refused => throw new InvalidOperationException(refused.Reason));
        Receive<Look>(_ => Train());
        Receive<Forget>(_ => _times.Clear());
        Receive<AskTimes>(_ => Sender.Tell(_times.ToList()));
    }

    /// <summary>Measures anew.</summary>
    internal sealed record Forget
    {
        public static Forget Instance { get; } = new();
    }

    /// <summary>Asks how long batches have waited for their confirmation, in milliseconds.</summary>
    internal sealed record AskTimes
    {
        public static AskTimes Instance { get; } = new();
    }

    private sealed record Look
    {
        public static Look Instance { get; } = new();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => Stopwatch.GetElapsedTime(_began);

    /// <param name="pace">What an epoch takes; nothing for as many as the head can carry.</param>
    public static Props Props(string name, string token, int devices, TimeSpan pace = default, Action? granted = null) =>
        Akka.Actor.Props.Create(() => new ScriptedGateway(name, token, devices, pace, granted));

    /// <summary>A gateway that fails would begin again with nothing: nobody would see why the rest waits.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        Console.Error.WriteLine($"The gateway has failed: {reason}");
        Environment.Exit(1);
    }

    private void Begin(ICanTell head)
    {
        _head = head;
        _state.Connected();
        foreach (var device in _devices)
            device.Show(_state);
        Timers.StartPeriodicTimer("look", Look.Instance, TimeSpan.Zero, _pace > TimeSpan.Zero ? _pace : _lookEvery);
    }

    private void OnGrant(Grant grant)
    {
        if (!_state.Hear(grant))
            return;
        _granted?.Invoke();
        _devices.Single(one => one.Name == grant.Device).Take(grant);
        Send();
    }

    private void OnAck(Ack ack)
    {
        _state.Hear(ack, Now);
        while (_underWay.TryPeek(out var batch) && batch.Last <= ack.Durable)
            _times.Add((Now - _underWay.Dequeue().SentAt).TotalMilliseconds);
        Send();
    }

    private void Train()
    {
        foreach (var device in _devices)
        {
            if (_state.Outbox.Bytes < WaitingBytes)
                device.Train(_state, _pace > TimeSpan.Zero ? 1 : ToldTogether);
        }

        Tell();
    }

    private void Send()
    {
        if (_pace > TimeSpan.Zero)
            Tell();
        else
            Train();
    }

    private void Tell()
    {
        foreach (var message in _state.Due(Now))
        {
            _head!.Tell(message, Self);
            if (message is Batch batch && batch.Last > _sent)
                _underWay.Enqueue((_sent = batch.Last, Now));
        }
    }

    private sealed class Device(string name)
    {
        private readonly Queue<Dispatch> _trials = [];
        private int _epoch;
        private long _want = 1;

        public string Name => name;

        public void Take(Grant grant)
        {
            if (grant.Number != _want)
                return;
            _want++;
            foreach (var trial in grant.Trials)
                _trials.Enqueue(trial);
            if (_trials.Count == grant.Trials.Count)
                Begin();
        }

        public void Train(GatewayState state, int together)
        {
            if (_trials.Count == 0)
                return;
            for (var told = 0; told < together && _trials.TryPeek(out var trial); told++)
            {
                var attempt = trial.Attempt;
                state.Outbox.Add(new EpochEntry(attempt, new EpochReport
                {
                    Epoch = ++_epoch, TrainElbo = -100.5 / _epoch, TrainRecon = -90.25 / _epoch, TrainKl = 10.25,
                    ValidElbo = -101.5 / _epoch, ValidRecon = -91, ValidKl = 10.5, Beta = 1,
                    GradNorm = 3.5 / _epoch, Seconds = 0.5,
                }));
                if (_epoch < trial.Trial.Budget)
                    continue;
                foreach (var entry in Ended(attempt, trial.Trial))
                    state.Outbox.Add(entry);
                _trials.Dequeue();
                Begin();
            }

            Show(state);
        }

        /// <summary>A trial goes on from where it rested.</summary>
        private void Begin() => _epoch = _trials.TryPeek(out var next) ? next.Trial.CheckpointEpoch : 0;

        private static Entry[] Ended(AttemptFence attempt, Granted trial) => trial.Budget < trial.Epochs
            ?
            [
                new CheckpointEntry(attempt, new EpochCheckpoint(trial.Budget, "checkpoint", Best: true)),
                new EndEntry(attempt, new AttemptEnd(AttemptOutcome.Paused)),
            ]
            :
            [
                new EndEntry(attempt, new AttemptEnd(AttemptOutcome.Succeeded)
                {
                    Evaluations = [new Evaluation("test_nll", 90, 500, 10_000)], ModelPath = "model",
                }),
            ];

        public void Show(GatewayState state) => state.Show(
            new DeviceStatus(name, 1, _want, _trials.Count == 0 ? Taken : 0) { Provenance = "{}" },
            [.. _trials.Select(one => one.Attempt)]);
    }
}
