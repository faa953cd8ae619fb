using VaeSweep.Cluster.Former;
using System.Collections.Concurrent;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>The history of one cluster, which a seed decides: sweeps with priorities and caps, nodes that are killed, halted, cut off and late, a store that is
/// restarted and loses answers, owners who change their minds; and at the end the rules that must hold whatever happened.</summary>
internal sealed class ClusterHistory
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    /// <summary>What undisturbed clusters make of the same epochs and sweeps: many histories share it.</summary>
    private static readonly ConcurrentDictionary<string, string> _undisturbed = new(StringComparer.Ordinal);

    private readonly Random _random;
    private readonly SimulatedCluster _cluster;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly List<(string Sweep, int Trials, int Priority, int? Most)> _sweeps = [];
    private readonly List<string> _log = [];
    private bool _calm;
    private bool _storeIsAway;

    public ClusterHistory(int seed, StoreFlaw flaw = StoreFlaw.None)
    {
        _random = new Random(seed);
        _cluster = new SimulatedCluster(new TrainerScript { Epochs = _random.Next(1, 9), CheckpointEvery = _random.Next(1, 4) }, seed, flaw);
        _cluster.Script.EpochTime = _ => TimeSpan.FromMilliseconds(_random.Next(2) == 0 ? _random.Next(0, 50) : _random.Next(0, 3_000));
        _cluster.Script.BeforeEpoch = (_, _, _) =>
        {
            if (Happens(40))
            {
                throw TrainerScript.Crash();
            }
        };
        _cluster.Script.FailsAt = (trial, _) => Happens(60)
            ? new TrialFailed(trial.TrialKey, _random.Next(4) switch { 0 => FailureClass.Nan, 1 => FailureClass.Error, 2 => FailureClass.Disk, _ => FailureClass.Oom }, "chance")
            : null;
        _cluster.Launcher.BeforeStart = async (_, ct) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(0, 2_000)), _cluster.Clock, ct);
            if (Happens(15))
            {
                throw TrainerScript.Crash(1, "no device");
            }
        };
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            _sweeps.Add(($"sweep{i}", _random.Next(1, 6), _random.Next(0, 3), _random.Next(2) == 0 ? _random.Next(1, 4) : null));
        }
    }

    /// <summary>What happened so far, for whoever must find out why.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Rules that the store was seen to break, in words.</summary>
    public IReadOnlyList<string> Breaches => _cluster.Store.Journal.Breaches;

    /// <summary>Reports, checkpoints and outcomes that took effect.</summary>
    public long Writes => _cluster.Store.Journal.Writes;

    public void Live()
    {
        foreach (var (sweep, trials, priority, most) in _sweeps)
        {
            _cluster.Submit(trials, maxAttempts: 3, sweep, priority, most);
        }

        StartNode();
        for (var upheavals = _random.Next(4, 16); upheavals > 0; upheavals--)
        {
            Upheaval();
            _cluster.Pass(TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? _random.Next(0, 300) : _random.Next(0, 15_000)));
        }

        Recover();
        Check();
    }

    private bool Happens(int once) => !_calm && _random.Next(once) == 0;

    private void Upheaval()
    {
        var node = _nodes[_random.Next(_nodes.Count)];
        var kind = _random.Next(16);
        _log.Add($"{_cluster.Clock.Elapsed.TotalSeconds:F1} s: {Upset(kind, node)} ({node.Node.Name})");
    }

    /// <returns>What was done, in words.</returns>
    private string Upset(int kind, SimulatedNode node)
    {
        switch (kind)
        {
            case 0 or 1:
                StartNode();
                return "another node starts";
            case 2:
                _ = _cluster.Begin(async () =>
                {
                    await node.Node.StopAsync();
                    return true;
                });
                return "asked to leave";
            case 3:
                node.Node.Abort();
                return "ends at once";
            case 4:
                node.Lane.Kill();
                return "killed";
            case 5 or 6 when !node.Lane.Killed:
                Toggle(node);
                return node.Lane.Halted ? "halted" : "goes on";
            case 7:
                node.Wire.CutOff = !node.Wire.CutOff;
                return node.Wire.CutOff ? "cut off" : "connected";
            case 8:
                node.Wire.Slow = TimeSpan.FromSeconds(_random.Next(0, 3) * 10);
                return $"calls take up to {node.Wire.Slow.TotalSeconds} s";
            case 9:
                node.Wire.LosesAnswers = !node.Wire.LosesAnswers;
                return $"loses answers: {node.Wire.LosesAnswers}";
            case 10:
                node.Wire.Repeats = !node.Wire.Repeats;
                return $"delivers twice: {node.Wire.Repeats}";
            case 11:
                node.Clock.Off = TimeSpan.FromMinutes(_random.Next(-100_000, 100_000));
                return $"clock off by {node.Clock.Off}";
            case 12:
                _storeIsAway = !_storeIsAway;
                return _storeIsAway ? "the store goes down" : "the store is back";
            default:
                return Command();
        }
    }

    private static void Toggle(SimulatedNode node)
    {
        if (node.Lane.Halted)
        {
            node.Lane.Continue();
        }
        else
        {
            node.Lane.Halt();
        }
    }

    /// <summary>What an owner types.</summary>
    private string Command()
    {
        var sweep = _sweeps[_random.Next(_sweeps.Count)].Sweep;
        var trial = _cluster.Store.Trials[_random.Next(_cluster.Store.Trials.Count)].Key;
        var (store, none) = (_cluster.Store, CancellationToken.None);
        var (said, call) = _random.Next(8) switch
        {
            0 => ($"pause {sweep}", (Func<Task>)(() => store.SetSweepStateAsync(sweep, SweepState.Paused, none))),
            1 => ($"stop {sweep}", () => store.SetSweepStateAsync(sweep, SweepState.Stopped, none)),
            2 or 3 => ($"resume {sweep}", () => store.SetSweepStateAsync(sweep, SweepState.Active, none)),
            4 => ($"stop --trial {trial}", () => store.StopTrialAsync(trial, none)),
            5 when _random.Next(2) == 0 => ($"retry {sweep}", () => store.RetryAsync(sweep, null, null, none)),
            5 => ($"retry {sweep} --class crash", () => store.RetryAsync(sweep, FailureClass.Crash, null, none)),
            6 when _random.Next(3) is var priority => ($"set {sweep} --priority {priority}", () => store.AdjustSweepAsync(sweep, new SweepAdjustment { Priority = priority }, none)),
            _ when _random.Next(4) is var most and > 0 => ($"set {sweep} --max-concurrent {most}", () => store.AdjustSweepAsync(sweep, new SweepAdjustment { MaxConcurrent = most }, none)),
            _ => ($"set {sweep} --max-concurrent none", () => store.AdjustSweepAsync(sweep, new SweepAdjustment { NoLimit = true }, none)),
        };
        _ = _cluster.Run(async () =>
        {
            await call();
            return true;
        });
        return said;
    }

    private void StartNode()
    {
        var lane = _cluster.Lane();
        var clock = new JumpingClock(_cluster.Clock);
        var wire = new Wire(_cluster.Store.View(), _cluster.Clock, _random, () => _storeIsAway);
        var devices = Enumerable.Range(0, _random.Next(1, 4)).Select(i => $"cpu:{i}").ToArray();
        var node = _cluster.Start(_cluster.Options(devices) with
        {
            Store = wire.Store,
            TimeProvider = clock,
            Dispatcher = lane,
            ExitWhenDone = false,
            Lease = Lease,
            PackSize = _random.Next(1, 4),
            PrefetchAhead = TimeSpan.FromSeconds(_random.Next(0, 20)),
            StopTimeout = TimeSpan.FromSeconds(_random.Next(1, 30)),
            Seed = _random.Next(),
        });
        _nodes.Add(new SimulatedNode(node, lane, clock, wire));
    }

    /// <summary>Leaves the cluster alone and asks, as its owners would, for everything to be trained; then all nodes leave.</summary>
    private void Recover()
    {
        _calm = true;
        _storeIsAway = false;
        foreach (var node in _nodes)
        {
            node.Wire.Heal();
            if (node.Lane.Halted && !node.Lane.Killed)
            {
                node.Lane.Continue();
            }
        }

        StartNode();
        var asked = TimeSpan.Zero;
        _cluster.Until(
            () =>
            {
                if (_cluster.Clock.Elapsed >= asked)
                {
                    asked = _cluster.Clock.Elapsed + TimeSpan.FromSeconds(5);
                    AskForEverything();
                }

                return _cluster.Store.Trials.All(t => t.State == TrialState.Succeeded);
            },
            TimeSpan.FromHours(1));
        var leaving = _nodes.Where(n => !n.Lane.Killed).Select(n => _cluster.Begin(async () =>
        {
            await n.Node.StopAsync();
            return true;
        })).ToList();
        _cluster.Until(() => leaving.TrueForAll(l => l.IsCompleted), TimeSpan.FromMinutes(5));
        // A killed leader's duty runs out, and so does one that a late repeat has taken.
        _cluster.Pass(TimeSpan.FromSeconds(30));
    }

    private void AskForEverything() => _cluster.Run(async () =>
    {
        foreach (var (sweep, _, _, _) in _sweeps)
        {
            await _cluster.Store.SetSweepStateAsync(sweep, SweepState.Active, CancellationToken.None);
            await _cluster.Store.RetryAsync(sweep, null, null, CancellationToken.None);
        }

        foreach (var trial in _cluster.Store.Trials.Where(t => t.StopRequested))
        {
            await _cluster.Store.RetryAsync(trial.Sweep, null, trial.Key, CancellationToken.None);
        }

        return true;
    });

    private void Check()
    {
        Assert.Empty(_cluster.Store.Journal.Breaches);
        _cluster.AssertAllSucceeded();
        Assert.Empty(_cluster.Store.HeldDuties);
        if (_nodes.TrueForAll(n => !n.Lane.Killed))
        {
            Assert.All(_cluster.Launcher.Started, t => Assert.True(t.Disposed, $"a trainer of {t.Device} is left over, {(t.Running ? "at work" : "idle")}"));
        }

        Assert.Equal(Undisturbed(), _cluster.Results());
    }

    private string Undisturbed() => _undisturbed.GetOrAdd(
        $"{_cluster.Script.Epochs} {string.Join(' ', _sweeps.Select(s => $"{s.Sweep}={s.Trials}"))}",
        _ =>
        {
            var quiet = new SimulatedCluster(new TrainerScript { Epochs = _cluster.Script.Epochs, CheckpointEvery = _cluster.Script.CheckpointEvery });
            foreach (var (sweep, trials, _, _) in _sweeps)
            {
                quiet.Submit(trials, sweep: sweep);
            }

            quiet.Finish(quiet.Start(quiet.Options()));
            return quiet.Results();
        });

    private sealed record SimulatedNode(Node Node, ProcessLane Lane, JumpingClock Clock, Wire Wire);
}
