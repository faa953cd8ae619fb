using System.Text.Json;
using System.Text.Json.Serialization;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>The history of one Ledger, which a seed decides: owners, workers that lag behind, heads that restart, copies of the
/// store that are restored. After every step what was stored must make an equal Ledger, and one that was loaded on the way must
/// answer alike.</summary>
internal sealed partial class LedgerHistory
{
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions _exact =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly Random _random;
    private readonly LedgerRules _rules;
    private readonly List<IReadOnlyList<Change>> _stored = [];
    private readonly List<Worker> _workers = [];
    private readonly List<string> _said = [];
    private DateTimeOffset _now = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private MemoryLedgerLog _log = new();
    private Ledger _ledger;
    private Ledger? _twin;
    private int _backup;
    private int _made;

    public LedgerHistory(int seed, LedgerRules? rules = null)
    {
        (_random, _rules) = (new Random(seed), rules ?? LedgerRules.All);
        _ledger = new Ledger(_rules);
        Start(moved: false);
    }

    public LedgerWitness Witness { get; } = new();

    /// <summary>What happened, for whoever must find out why.</summary>
    public string Said => string.Join('\n', _said);

    /// <summary>Trials that have succeeded, over all sweeps.</summary>
    public long Succeeded => _ledger.Sweeps().Sum(sweep => sweep.Count(TrialState.Succeeded));

    /// <summary>Everything that is kept, commit by commit.</summary>
    public IReadOnlyList<IReadOnlyList<Change>> Stored => _stored;

    public void Live(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            if (_random.Next(12) == 0)
                _twin = Ledger.Load(_log.Load(), _rules);
            Step();
        }
    }

    /// <summary>One event: to the Ledger, to its twin, to the log; and then all three are compared.</summary>
    private T Do<T>(string what, Func<Ledger, T> happens)
    {
        _said.Add(what);
        var answer = Carry(_ledger, happens, out var refused);
        if (_twin is not null)
        {
            var alike = Carry(_twin, happens, out _);
            Assert.Equal(Text(answer), Text(alike));
            Assert.Equal(Texts(_ledger.Changes), Texts(_twin.Changes));
            _twin.Settle();
        }

        _log.Commit(_ledger.Changes);
        _stored.Add([.. _ledger.Changes]);
        _ledger.Settle();
        Assert.Equal(Texts(_ledger.Documents()), Texts(Ledger.Load(_log.Load(), _rules).Documents()));
        return refused is null ? answer! : throw refused;
    }

    private static T? Carry<T>(Ledger ledger, Func<Ledger, T> happens, out InvalidOperationException? refused)
    {
        var mark = ledger.Mark();
        refused = null;
        try
        {
            return happens(ledger);
        }
        catch (InvalidOperationException failure)
        {
            ledger.Undo(mark);
            Assert.Empty(ledger.Changes);
            refused = failure;
            return default;
        }
    }

    private void Start(bool moved)
    {
        // No head starts twice in a second.
        _now += TimeSpan.FromSeconds(_random.Next(1, 5));
        var generation = _random.NextInt64();
        Do($"start, moved: {moved}", ledger => ledger.Start(new string('a', 32), generation, moved, _now));
    }

    /// <summary>The head ends and another begins, from what was stored.</summary>
    private void Restart()
    {
        (_ledger, _twin) = (Ledger.Load(_log.Load(), _rules), null);
        Start(moved: false);
    }

    /// <summary>A copy that was made some time ago takes the store's place, while workers go on.</summary>
    private void Restore()
    {
        _log = new MemoryLedgerLog();
        _stored.RemoveRange(_backup, _stored.Count - _backup);
        foreach (var commit in _stored)
            _log.Commit(commit);
        (_ledger, _twin) = (Ledger.Load(_log.Load(), _rules), null);
        Witness.Restored();
        Start(moved: true);
    }

    private static string Text(object? value) => JsonSerializer.Serialize(value, _exact);

    private static List<string> Texts(IEnumerable<Change> changes) =>
        [.. changes.Select(change => $"{change.GetType().Name} {Text(change)}")];

    /// <summary>A worker's belief about a trial; it may be long past.</summary>
    private sealed record Worker(Granted Granted)
    {
        public int Epoch { get; set; } = Granted.CheckpointEpoch;
        public int Checkpoint { get; set; } = Granted.CheckpointEpoch;
    }
}
