using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>A head's process: what an actor and a slow disk make of <see cref="HeadState"/>.</summary>
internal sealed class SimulatedHead : SimulatedProcess
{
    private readonly SimulatedWorld _world;
    private readonly HeadState _state;
    private readonly Queue<(HeadStep? Step, List<Change> Changes)> _underWay = [];
    private readonly WitnessedLog _log;
    private readonly SimulatedSearch? _search;
    private bool _takes;

    public SimulatedHead(SimulatedWorld world, bool moved)
        : base(world.Time, world.Random)
    {
        (_world, _log) = (world, world.Log);
        var ledger = Ledger.Load(_log.Load(), world.LedgerRules);
        ledger.Start(new string('a', 32), world.Random.NextInt64(), moved, world.Now.Utc);
        _log.Commit(ledger.Changes);
        ledger.Settle();
        _state = new HeadState(ledger, new HeadOptions { Lease = world.Lease }, world.Now, world.Rules);
        world.History = _state.History;
        Tick();
        if (world.Searched is not { } searched)
            return;
        _search = new SimulatedSearch(searched, _log);
        SearchSoon();
    }

    public Ledger Ledger => _state.Ledger;

    public void Hear(Message message) => Post(() =>
    {
        var stale = message is Batch batch ? StaleReports(batch) : [];
        Send(_state.Hear(message, _world.Now));
        foreach (var appended in Ledger.Changes.OfType<ReportsAppended>())
        {
            if (appended.Reports.Any(stale.Contains))
                _world.Breaches.Add($"a stale report took effect on trial {appended.Trial}");
        }

        TakeSoon();
    });

    /// <summary>What an owner's command does.</summary>
    public void Command(Action<Ledger> work) => Post(() =>
    {
        work(Ledger);
        _state.Changed();
        TakeSoon();
    });

    public void Gone(string node) => Post(() =>
    {
        _state.Gone(node, _world.Now);
        TakeSoon();
    });

    public void Unreachable(string node) => Post(() => _state.Unreachable(node));

    /// <summary>Nobody knows how much of what was under way to the disk has reached it.</summary>
    public override void Kill()
    {
        base.Kill();
        while (_underWay.TryDequeue(out var taken) && _world.Random.Next(2) == 0)
            _log.Commit(taken.Changes);
        _underWay.Clear();
    }

    private void Tick()
    {
        _state.Tick(_world.Now);
        TakeSoon();
        After(LeaseBook.LookEvery, Tick);
    }

    /// <summary>Beside the mailbox: what is decided comes to it a while after what it was decided from.</summary>
    private void SearchSoon() => Soon(1_000, () =>
    {
        var random = _world.Random;
        // It is answered when what it is told of is kept.
        if (_underWay.Count > 0 || Ledger.Changes.Count > 0
            || _search!.Look(Ledger, random.Next(1, 7), all: random.Next(2) == 0) is not var (sweep, step))
        {
            SearchSoon();
            return;
        }

        Soon(300, () =>
        {
            foreach (var clone in step.Clones)
                _world.Searched!.Known(clone.Child);
            Command(ledger => ledger.Schedule(
                sweep.Name, sweep.Definition, step.Moves, step.Clones, _log.ResultsOf, _world.Now.Utc));
            Soon(100, () =>
            {
                if (step.Confirmation is { } confirmation)
                    Command(ledger => Confirm(ledger, sweep, confirmation));
                Command(ledger => ledger.Propose(
                    sweep.Name, sweep.Definition, [.. step.Proposed.Select(_world.Searched!.Known)], step.Retired, step.ToCome,
                    step.Origin, _world.Now.Utc));
                SearchSoon();
            });
        });
    });

    private void Confirm(Ledger ledger, SweepDocument sweep, Confirmation step)
    {
        var points = _world.SearchedTrials.ToLookup(one => one.Point);
        ledger.Confirm(
            sweep.Name, sweep.Definition, step.Round,
            [
                .. step.Trials.Select(one =>
                    (_world.Searched!.Known(points[one.Point].First(), one.Seed, one.Index), one.Detail)),
            ],
            step.Retired, step.ToCome, _world.Now.Utc);
    }

    private void Soon(int milliseconds, Action what) =>
        After(TimeSpan.FromMilliseconds(_world.Random.Next(milliseconds)), what);

    private void TakeSoon()
    {
        if (_takes)
            return;
        _takes = true;
        After(TimeSpan.FromMilliseconds(_world.Random.Next(5)), () =>
        {
            _takes = false;
            var step = _state.Take(_world.Now);
            if (step is null && Ledger.Changes.Count == 0)
                return;
            _underWay.Enqueue((step, [.. Ledger.Changes]));
            Ledger.Settle();
            if (_underWay.Count == 1)
                CommitSoon();
        });
    }

    private void CommitSoon() => After(_world.Disk * _world.Random.NextDouble(), () =>
    {
        var (step, changes) = _underWay.Dequeue();
        _log.Commit(changes);
        if (step is not null)
            Send(_state.Kept(step, trial => $"{{\"point\":{trial.Point},\"seed\":{trial.Seed}}}"));
        if (_underWay.Count > 0)
            CommitSoon();
    });

    private void Send(IEnumerable<Message> messages)
    {
        foreach (var message in messages)
            _world.Network.Carry(message, _world.ToNode);
    }

    /// <summary>Reports of attempts that are not their trials' running ones.</summary>
    private HashSet<object> StaleReports(Batch batch) => batch.Entries.OfType<EpochEntry>()
        .Where(one => Ledger.Trial(one.Attempt.Trial) is not { State: TrialState.Running }
            || Ledger.Attempts(one.Attempt.Trial)[^1].Fence != one.Attempt.Fence)
        .Select(one => (object)one.Report).ToHashSet(ReferenceEqualityComparer.Instance);
}
