using Akka.Actor;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors.Simulation;

/// <summary>The history of some nodes and their head, which a seed decides: trainers crash, nodes are killed, halted, cut off and
/// told to leave, the head is away and restarted, owners change their minds; and at the end every trial is trained, with the
/// numbers that it must have.</summary>
internal sealed class NodeHistory
{
    private static readonly HeadOptions _head = new() { Lease = TimeSpan.FromSeconds(20) };

    private readonly Random _random;
    private readonly SteppedCluster _cluster;
    private readonly List<(Node Node, ProcessLane Lane)> _nodes = [];
    private readonly List<string> _log = [];
    private bool _isCalm;

    public NodeHistory(int seed)
    {
        _random = new Random(seed);
        var script = new TrainerScript { Epochs = _random.Next(1, 9), CheckpointEvery = _random.Next(1, 4) };
        _cluster = new SteppedCluster(script, seed, _head);
        script.EpochTime = _ => TimeSpan.FromMilliseconds(_random.Next(2) == 0 ? _random.Next(0, 50) : _random.Next(0, 3_000));
        script.BeforeEpoch = (_, _, _) =>
        {
            if (Happens(40))
                throw TrainerScript.Crash();
        };
        script.FailsAt = (trial, _) =>
            Happens(60) ? new TrialFailed(trial.TrialKey, (FailureClass)_random.Next(6), "chance") : null;
        _cluster.Launcher.BeforeStart = async (_, stopped) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(0, 2_000)), _cluster.Clock, stopped);
            if (Happens(15))
                throw TrainerScript.Crash(1, "no device");
        };
    }

    /// <summary>What happened, for whoever must find out why.</summary>
    public string Log => string.Join('\n', _log);

    public void Live()
    {
        for (var sweep = _random.Next(1, 4); sweep > 0; sweep--)
            _cluster.Submit(_random.Next(1, 8), sweep: $"sweep{sweep}");
        StartNode();
        for (var upheavals = _random.Next(4, 16); upheavals > 0; upheavals--)
        {
            var (node, lane) = _nodes[_random.Next(_nodes.Count)];
            _log.Add($"{_cluster.Clock.Elapsed.TotalSeconds:F1} s: {Upset(node, lane)} ({node.Name})");
            _cluster.Pass(TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? _random.Next(0, 300) : _random.Next(0, 15_000)));
        }

        Recover();
        _cluster.AssertAllSucceeded();
        if (!_nodes.Exists(one => one.Lane.Killed))
            Assert.All(_cluster.Launcher.Started, trainer => Assert.True(trainer.Disposed, $"{trainer.Device}'s is left"));
    }

    private bool Happens(int once) => !_isCalm && _random.Next(once) == 0;

    /// <returns>What was done, in words.</returns>
    private string Upset(Node node, ProcessLane lane)
    {
        var faults = _cluster.Faults;
        switch (_random.Next(14))
        {
            case 0 or 1:
                StartNode();
                return "another node starts";
            case 2:
                _cluster.Stop(node);
                return "asked to leave";
            case 3:
                node.Abort();
                return "ends at once";
            case 4:
                lane.Kill();
                _cluster.Head.Tell(new SmallHead.Gone(node.Name), ActorRefs.NoSender);
                return "killed, and known to be";
            case 5:
                lane.Kill();
                return "killed";
            case 6 when !lane.Killed && !lane.Halted:
                lane.Halt();
                return "halted";
            case 7 when lane is { Killed: false, Halted: true }:
                lane.Continue();
                return "goes on";
            case 8:
                return faults.CutOff.Remove(node.Name) || !faults.CutOff.Add(node.Name) ? "connected" : "cut off";
            case 9:
                faults.IsAway = !faults.IsAway;
                return faults.IsAway ? "the head is away" : "the head is back";
            case 10:
                _cluster.Head.Tell(new SmallHead.Forget(), ActorRefs.NoSender);
                return "another head";
            case 11:
                var isLossy = _random.Next(2) == 0;
                faults.Loses = _ => isLossy && Happens(4);
                return $"messages get lost: {isLossy}";
            case 12:
                faults.Delay = TimeSpan.FromMilliseconds(_random.Next(2) * _random.Next(3_000));
                return $"messages take {faults.Delay.TotalSeconds} s";
            default:
                return Command();
        }
    }

    /// <summary>What an owner types.</summary>
    private string Command()
    {
        var store = _cluster.Store;
        var trial = store.Trials[_random.Next(store.Trials.Count)];
        var none = CancellationToken.None;
        switch (_random.Next(4))
        {
            case 0:
                _cluster.Run(() => store.SetSweepStateAsync(trial.Sweep, SweepState.Paused, none));
                return $"pause {trial.Sweep}";
            case 1:
                _cluster.Run(() => store.SetSweepStateAsync(trial.Sweep, SweepState.Stopped, none));
                return $"stop {trial.Sweep}";
            case 2:
                _cluster.Run(() => store.StopTrialAsync(trial.Key, none));
                return $"stop --trial {trial.Key}";
            default:
                _cluster.Run(() => store.SetSweepStateAsync(trial.Sweep, SweepState.Active, none));
                return $"resume {trial.Sweep}";
        }
    }

    private void StartNode()
    {
        var lane = _cluster.Lane();
        var devices = Enumerable.Range(0, _random.Next(1, 4)).Select(i => $"cpu:{i}").ToArray();
        var node = _cluster.Start(_cluster.On(lane, _cluster.Options(devices) with
        {
            ExitWhenDone = false,
            PackSize = _random.Next(1, 4),
            PrefetchAhead = TimeSpan.FromSeconds(_random.Next(0, 20)),
            ClaimFor = TimeSpan.FromMilliseconds(_random.Next(2) * 5_000),
            StopTimeout = TimeSpan.FromSeconds(_random.Next(1, 30)),
            Gateway = new GatewayOptions { OutboxBytes = _random.Next(2) == 0 ? 3_000 : 1_000_000 },
            Seed = _random.Next(),
        }));
        _nodes.Add((node, lane));
    }

    /// <summary>Leaves all alone and asks, as owners would, for everything to be trained; then all nodes leave.</summary>
    private void Recover()
    {
        _isCalm = true;
        var faults = _cluster.Faults;
        (faults.IsAway, faults.Loses, faults.Delay) = (false, _ => false, TimeSpan.Zero);
        faults.CutOff.Clear();
        foreach (var (_, lane) in _nodes.Where(one => one.Lane is { Halted: true, Killed: false }))
            lane.Continue();
        StartNode();
        var asked = TimeSpan.Zero;
        _cluster.Until(() =>
        {
            if (_cluster.Clock.Elapsed >= asked)
            {
                asked = _cluster.Clock.Elapsed + TimeSpan.FromSeconds(5);
                AskForEverything();
            }

            return _cluster.Store.Trials.All(trial => trial.State == TrialState.Succeeded);
        });
        var left = _nodes.Where(one => !one.Lane.Killed).Select(one => one.Node).ToList();
        left.ForEach(_cluster.Stop);
        _cluster.Until(() => left.TrueForAll(node => node.Completion.IsCompleted), TimeSpan.FromMinutes(5));
    }

    private void AskForEverything()
    {
        var store = _cluster.Store;
        foreach (var sweep in store.Trials.Select(trial => trial.Sweep).Distinct().ToList())
        {
            _cluster.Run(() => store.SetSweepStateAsync(sweep, SweepState.Active, CancellationToken.None));
            _cluster.Run(() => store.RetryAsync(sweep, null, null, CancellationToken.None));
        }

        foreach (var trial in store.Trials.Where(trial => trial.StopRequested).ToList())
            _cluster.Run(() => store.RetryAsync(trial.Sweep, null, trial.Key, CancellationToken.None));
    }
}
