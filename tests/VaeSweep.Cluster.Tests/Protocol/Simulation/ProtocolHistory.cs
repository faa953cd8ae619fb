using System.Collections.Concurrent;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>The history of one head and its nodes, which a seed decides: processes are killed, frozen and started again, messages
/// lost, doubled and late, the store restored from a back-up, owners change their minds; and at the end the rules that must hold
/// whatever happened.</summary>
internal sealed class ProtocolHistory
{
    private const int MostDispatchesInPeace = 4;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(15);

    /// <summary>What undisturbed worlds make of the same sweeps: many histories share it.</summary>
    private static readonly ConcurrentDictionary<string, string> _undisturbed = new(StringComparer.Ordinal);

    private readonly SimulatedWorld _world;
    private readonly Random _random;
    private readonly List<(string Sweep, int Trials, int Epochs)> _sweeps = [];
    private readonly List<string> _said = [];
    private int _backup;
    private int _upheavals;

    /// <param name="scheduler">Of a sweep that searches, as in the sweep file; null for plain sweeps.</param>
    public ProtocolHistory(int seed, ProtocolFlaw flaw = ProtocolFlaw.None, string? scheduler = null)
    {
        var rules = new ProtocolRules
        {
            Resends = flaw != ProtocolFlaw.Resends, Generations = flaw != ProtocolFlaw.Generations,
            Durability = flaw != ProtocolFlaw.Durability, Orphans = flaw != ProtocolFlaw.Orphans,
            Numbers = flaw != ProtocolFlaw.Numbers,
        };
        var ledgerRules = new LedgerRules
        {
            Fences = flaw != ProtocolFlaw.Fences, Generations = flaw != ProtocolFlaw.Generations,
        };
        _random = new Random(seed);
        _world = new SimulatedWorld(_random.Next(), rules, ledgerRules) 
        {
            CheckpointEvery = _random.Next(1, 4), Disk = TimeSpan.FromMilliseconds(_random.Next(400)),
            Searched = scheduler is null ? null : new SearchedSweep(new Random(seed), scheduler),
        };
        for (var i = scheduler is null ? _random.Next(1, 3) : _random.Next(2); i > 0; i--)
            _sweeps.Add(($"sweep {i}", _random.Next(2, 10), _random.Next(1, 16)));
    }

    /// <summary>What happened, for whoever must find out why.</summary>
    public string Said => string.Join('\n', _said);

    public IReadOnlyList<string> Breaches => _world.Breaches;

    public long Writes => _world.Log.Writes;

    /// <summary>Trials of its search.</summary>
    public int Searched => _world.SearchedTrials.Count;

    public long Messages => _world.Network.Sent;

    public void Live()
    {
        Begin(_world, _sweeps);
        foreach (var name in Enumerable.Range(0, _random.Next(1, 4)))
            _world.StartNode($"node {name}");
        for (_upheavals = _random.Next(4, 20); _upheavals > 0; _upheavals--)
        {
            Upheaval();
            _world.Time.Pass(TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? _random.Next(300) : _random.Next(12_000)));
        }

        Recover();
        Check();
    }

    private static void Begin(SimulatedWorld world, List<(string Sweep, int Trials, int Epochs)> sweeps)
    {
        foreach (var (sweep, trials, epochs) in sweeps)
            world.AddSweep(sweep, trials, epochs);
        world.StartHead();
        world.AskForEverything();
    }

    private void Upheaval()
    {
        var node = _world.Nodes.ElementAt(_random.Next(_world.Nodes.Count));
        _said.Add($"{_world.Time.Now.TotalSeconds:F1} s: {Upset(_random.Next(29), node)} ({node.Name})");
    }

    /// <returns>What was done, in words.</returns>
    private string Upset(int kind, SimulatedNode node)
    {
        var head = _world.Head!;
        switch (kind)
        {
            case 0 or 1:
                head.Kill();
                return "head killed";
            case 2 or 3 when head.Dead:
                _world.StartHead();
                return "head started";
            case 2:
                Toggle(head);
                return head.Frozen ? "head frozen" : "head goes on";
            case 3 or 21 or 22:
                _backup = _world.Log.Length;
                return "back-up";
            case 4 or 23 or 24 when _backup > 0:
                head.Kill();
                _world.Restore(_backup);
                return "head killed and restored from the back-up";
            case 5:
                node.Kill();
                return "node killed";
            case 6 or 7:
                _world.StartNode(node.Name);
                return "node started anew";
            case 8:
                _world.StartNode($"node {_world.Nodes.Count}");
                return "another node started";
            case 9 or 10:
                Toggle(node);
                return node.Frozen ? "node frozen" : "node goes on";
            case 11:
                node.Reconnect();
                return "node connects anew";
            case 12 or 26:
                node.Leave();
                return "node drains";
            case 13:
                head.Gone(node.Name);
                return node.Dead ? "its port refuses connections" : "its port refuses connections for a moment";
            case 14:
                head.Unreachable(node.Name);
                return "unreachable";
            case 15:
                if (!_world.Network.CutOff.Remove(node.Name))
                    _world.Network.CutOff.Add(node.Name);
                return $"cut off: {_world.Network.CutOff.Contains(node.Name)}";
            case 16:
                _world.Network.Loses = _random.Next(3) * 150;
                return $"{_world.Network.Loses} of 1000 messages are lost";
            case 17:
                _world.Network.Doubles = _random.Next(3) * 200;
                return $"{_world.Network.Doubles} of 1000 messages come twice";
            case 18:
                _world.Network.Slow = TimeSpan.FromSeconds(_random.Next(4) * _random.NextDouble());
                return $"messages take up to {_world.Network.Slow.TotalSeconds:F1} s";
            case 19:
                _world.Disk = TimeSpan.FromMilliseconds(_random.Next(2_000));
                return $"commits take up to {_world.Disk.TotalSeconds:F1} s";
            case 20:
                _world.ClockOff = TimeSpan.FromMinutes(_random.Next(-1_000, 1_000));
                return $"the head's clock is off by {_world.ClockOff}";
            case 25:
                node.Freeze();
                _world.Time.Pass(_world.Lease + TimeSpan.FromSeconds(_random.Next(5)));
                node.Thaw();
                return "node was frozen for longer than its lease";
            default:
                return Command();
        }
    }

    private static void Toggle(SimulatedProcess process)
    {
        if (process.Frozen)
            process.Thaw();
        else
            process.Freeze();
    }

    /// <summary>What an owner types.</summary>
    private string Command()
    {
        if (!_world.HeadLives)
            return "nobody hears the owner";
        var (sweep, kind) = (_world.SomeSweep(), _random.Next(6));
        _world.Head!.Command(ledger =>
        {
            switch (kind)
            {
                case 0:
                    ledger.SetState(sweep, SweepState.Paused, _world.Now.Utc);
                    break;
                case 1:
                    ledger.SetState(sweep, SweepState.Stopped, _world.Now.Utc);
                    break;
                case 2:
                    ledger.Stop(1, _world.Now.Utc);
                    break;
                case 3:
                    ledger.Adjust(sweep, new SweepAdjustment { Priority = 1, MaxConcurrent = 1 });
                    break;
                default:
                    break;
            }
        });
        if (kind > 3)
            _world.AskForEverything();
        return kind switch
        {
            0 => $"pause {sweep}",
            1 => $"stop {sweep}",
            2 => "stop trial 1",
            3 => $"one of {sweep} at a time",
            _ => "all is wanted",
        };
    }

    /// <summary>Leaves the world alone; its owners want everything trained.</summary>
    private void Recover()
    {
        _world.Calm = true;
        _world.Network.Heal();
        _world.Disk = TimeSpan.FromMilliseconds(20);
        if (!_world.HeadLives)
            _world.StartHead();
        foreach (var process in _world.Nodes.Cast<SimulatedProcess>().Append(_world.Head!).Where(one => one.Frozen).ToList())
            process.Thaw();
        _world.StartNode("last node");
        _said.Add($"{_world.Time.Now.TotalSeconds:F1} s: peace");
        var dispatched = _world.Log.Trials.ToDictionary(one => one.Fingerprint, one => one.Attempt);
        var asked = TimeSpan.Zero;
        var ended = _world.Time.Until(
            () =>
            {
                if (_world.Time.Now >= asked)
                {
                    asked = _world.Time.Now + TimeSpan.FromSeconds(5);
                    _world.AskForEverything();
                }

                return _world.IsDone();
            },
            _patience);
        if (!ended)
            _world.Breaches.Add($"no end after {_patience}: {_world.Open()}");
        foreach (var trial in _world.Log.Trials)
        {
            var before = dispatched.GetValueOrDefault(trial.Fingerprint);
            var rungs = trial.Budget is null && _world.Searched is null ? 0 : trial.Epochs;
            if (trial.Attempt - before > MostDispatchesInPeace + rungs)
                _world.Breaches.Add($"trial {trial.Key} was dispatched {trial.Attempt} times, {before} of them before peace");
        }
    }

    private void Check()
    {
        Assert.True(_world.Breaches.Count == 0, string.Join("\n", _world.Breaches));
        if (_world.Searched is null)
            Assert.Equal(Undisturbed(), _world.Log.Results());
        else
            CheckSearch(_world.Searched);
    }

    /// <summary>Who goes on is a matter of what came first; but what was trained is what any run gives.</summary>
    private void CheckSearch(SearchedSweep searched)
    {
        var faults = string.Join('\n', searched.Faults(_world.SearchedTrials, _world.Log.WasClosed));
        Assert.True(faults.Length == 0, faults);
        Assert.All(_world.SearchedTrials, trial =>
        {
            var inherited = _world.Log.Inherited(trial.Key);
            Assert.Equal(
                Enumerable.Range(inherited + 1, trial.EpochsDone - inherited)
                    .Select(epoch => SimulatedWorld.Valid(trial.Fingerprint.Id, epoch)),
                _world.Log.Curve(trial.Key).Skip(inherited));
        });
    }

    private string Undisturbed() => _undisturbed.GetOrAdd(
        string.Join(' ', _sweeps),
        _ =>
        {
            var quiet = new SimulatedWorld(0, ProtocolRules.All, LedgerRules.All) { Calm = true };
            Begin(quiet, _sweeps);
            quiet.StartNode("node");
            Assert.True(quiet.Time.Until(quiet.IsDone, _patience));
            return quiet.Log.Results();
        });
}
