using System.Security.Cryptography;
using System.Text;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>A head, its store, its nodes and the network between them.</summary>
internal sealed class SimulatedWorld
{
    private static readonly DateTimeOffset _began = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, SimulatedNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<(string Sweep, int Trials, int Epochs)> _sweeps = [];
    private long _started;

    public SimulatedWorld(int seed, ProtocolRules rules, LedgerRules ledgerRules)
    {
        (Random, Rules, LedgerRules, Time) = (new Random(seed), rules, ledgerRules, new Timeline());
        Network = new SimulatedNetwork(Time, Random);
        Log = new WitnessedLog(Breaches, 0);
    }

    public Random Random { get; }
    public ProtocolRules Rules { get; }
    public LedgerRules LedgerRules { get; }
    public Timeline Time { get; }
    public SimulatedNetwork Network { get; }
    public List<string> Breaches { get; } = [];
    public TimeSpan Lease { get; } = TimeSpan.FromSeconds(20);

    /// <summary>The store as it is on the disk, and whose history it is.</summary>
    public WitnessedLog Log { get; private set; }
    public History History { get; set; }

    /// <summary>A commit takes up to this.</summary>
    public TimeSpan Disk { get; set; } = TimeSpan.FromMilliseconds(20);

    public int CheckpointEvery { get; init; } = 1;

    /// <summary>An epoch takes up to this.</summary>
    public TimeSpan Epochs { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The head's wall clock, which somebody sets.</summary>
    public TimeSpan ClockOff { get; set; }

    /// <summary>Nothing fails by chance any more.</summary>
    public bool Calm { get; set; }

    /// <summary>A sweep that searches; null where none does.</summary>
    public SearchedSweep? Searched { get; init; }

    public SimulatedHead? Head { get; private set; }

    public IReadOnlyCollection<SimulatedNode> Nodes => _nodes.Values;

    public Moment Now => new(Time.Now, _began + Time.Now + ClockOff);

    public bool HeadLives => Head is { Dead: false };

    public bool Happens(int once) => !Calm && Random.Next(once) == 0;

    public TimeSpan EpochTime() => Epochs * Random.NextDouble();

    public void AddSweep(string sweep, int trials, int epochs) => _sweeps.Add((sweep, trials, epochs));

    /// <summary>What an owner does who wants everything trained: hands everything in, makes it active, and retries what
    /// failed.</summary>
    public void AskForEverything() => Head!.Command(ledger =>
    {
        foreach (var (sweep, trials, epochs) in _sweeps)
        {
            var expansion = Enumerable.Range(0, trials).Select(number => Trial(sweep, number, epochs));
            ledger.Submit(new SweepSubmission(sweep, "d", 3), expansion, Now.Utc);
            Wake(ledger, sweep);
        }

        if (Searched is null)
            return;
        Searched.Submit(ledger, Now.Utc);
        Wake(ledger, SearchedSweep.Name);
    });

    public string SomeSweep()
    {
        var which = Random.Next(_sweeps.Count + (Searched is null ? 0 : 1));
        return which == _sweeps.Count ? SearchedSweep.Name : _sweeps[which].Sweep;
    }

    public void StartHead() => Head = new SimulatedHead(this, moved: false);

    /// <summary>A copy that was made some time ago takes the store's place.</summary>
    public void Restore(int length)
    {
        Log = Log.Restored(length);
        Head = new SimulatedHead(this, moved: true);
    }

    /// <summary>Starts a node; in the place of one of its name, if there is one.</summary>
    public SimulatedNode StartNode(string name)
    {
        if (_nodes.Remove(name, out var before) && !before.Dead)
            before.Kill();
        // Process starts are seconds apart.
        _started += 1_000;
        return _nodes[name] = new SimulatedNode(this, name, _started);
    }

    public void ToHead(Message message)
    {
        if (HeadLives)
            Head!.Hear(message);
    }

    public void ToNode(Message message)
    {
        if (_nodes.GetValueOrDefault(message.Session.Node) is { Dead: false } node)
            node.Hear(message);
    }

    /// <summary>Every trial has succeeded, and nobody has anything to tell.</summary>
    public bool IsDone() => Plain().Count() == _sweeps.Sum(one => one.Trials)
        && Plain().All(one => one.State == TrialState.Succeeded)
        && (Searched is null || (Log.Sweep(SearchedSweep.Name) is { } searched && Searched.IsDone(searched, SearchedTrials)))
        && _nodes.Values.All(one => one.Dead || one.IsDone);

    /// <summary>What is still open, for whoever must find out why.</summary>
    public string Open()
    {
        var trials = Log.Trials.Where(one => one.State != TrialState.Succeeded && !Ledger.IsEndedEarly(one))
            .Select(one => $"trial {one.Key} {one.State} at {one.EpochsDone} of {one.Budget}");
        var nodes = _nodes.Values.Where(one => !one.Dead && !one.IsDone).Select(one => $"{one.Name} at work");
        return string.Join(", ", trials.Concat(nodes));
    }

    /// <summary>Trials of the sweep that searches.</summary>
    public IReadOnlyList<TrialDocument> SearchedTrials =>
        [.. Log.Trials.Where(one => Log.NameOf(one) == SearchedSweep.Name)];

    private IEnumerable<TrialDocument> Plain() => Log.Trials.Where(one => Log.NameOf(one) != SearchedSweep.Name);

    private void Wake(Ledger ledger, string sweep)
    {
        ledger.SetState(sweep, SweepState.Active, Now.Utc);
        ledger.Retry(sweep, null, null);
        foreach (var trial in ledger.TrialsOf(sweep).Where(
            one => one.State == TrialState.Stopped && !Ledger.IsEndedEarly(one)))
        {
            ledger.Retry(sweep, null, trial.Key);
        }
    }

    /// <summary>What training gives is a matter of the trial and the epoch alone.</summary>
    public static EpochReport Report(Granted trial, int epoch) => new()
    {
        Epoch = epoch, TrainElbo = Value(trial.TrialId, epoch), ValidElbo = Valid(trial.TrialId, epoch), Seconds = 0.5,
        Units = epoch % 2 == 0 ? [] : [new LayerUnits([Value(trial.TrialId, -epoch), double.NaN], [1, 2])],
        Events = epoch % 3 == 0 ? [new TrialEvent("posterior_collapse", "2 units")] : [],
    };

    public static AttemptEnd Success(Granted trial) => new(AttemptOutcome.Succeeded)
    {
        Evaluations = [new Evaluation("test_nll", Value(trial.TrialId, 0), 500, 100)], ModelPath = $"{trial.TrialId}/model",
    };

    /// <summary>What a search looks at.</summary>
    public static double Valid(string trialId, int epoch) => Value(trialId, 1_000 + epoch);

    private static double Value(string trialId, int epoch)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var letter in trialId)
            hash = (hash ^ letter) * 1_099_511_628_211UL;
        return -100 + (((hash ^ (ulong)epoch) * 1_099_511_628_211UL) >> 11) * 1e-15;
    }

    private static Trial Trial(string sweep, int number, int epochs)
    {
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{sweep} {number}")));
        var config = $"{{\"model.latent\":{number},\"seed\":{number}}}";
        return new Trial(number, fingerprint, config, number, $"pack {number % 2}", epochs);
    }
}
