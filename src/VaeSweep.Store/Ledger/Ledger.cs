namespace VaeSweep.Store;

/// <summary>What becomes of sweeps and trials: the one state machine of the product. Pure: no input or output, no clock and no
/// chance of its own. Events come in with the time as an argument, and changes go out, to be stored.</summary>
/// <remarks>
/// <para><b>Changes.</b> An event changes the Ledger at once and adds to <see cref="Changes"/>. Who calls it stores them, all or
/// none, and then says
/// <see cref="Settle"/>; no answer may leave before that. <see cref="Undo"/> takes back what was not settled, for an event that
/// was refused in its middle. What the Ledger holds is exactly its documents: <see cref="Load"/> of what was stored gives an
/// equal one that goes on alike.</para>
/// <para><b>Ownership.</b> A grant makes a worker owner of a trial until it ends it, or its node is lost. Attempts have an
/// ordinal, which people see, and a fence, which no two attempts of any history share; every report, renewal and end names
/// trial, fence and generation.
/// A write whose attempt is not its trial's running one, or that comes from another generation, changes nothing and is answered
/// as lost: a normal outcome, not an exception.</para>
/// <para><b>Terms.</b> <see cref="Start"/> begins one for each start of a head: the larger of the last plus 1 and the Unix time
/// in seconds. A store that was restored, copied or moved gets another generation then, and what ran is queued again, because its
/// workers may have gone on in another history.</para>
/// <para><b>Idempotence.</b> Submitting the same trials, reporting the same epochs and ending with the same outcome twice leave
/// the Ledger as doing it once. The first accepted report of an epoch stays.</para>
/// <para><b>The owner's wish.</b> Where a trial goes when an attempt ends unfinished is decided by what its owner asks for at
/// that moment: stopped when the trial or its sweep is to stop or the sweep file no longer contains it, paused when the sweep is
/// paused or its budget is used up, queued otherwise.</para>
/// <para><b>Failures.</b> Crashes, lack of memory or disk and losses are retried until <see cref="SweepDocument.MaxAttempts"/>
/// attempts in a row have failed without a new checkpoint; losses have a larger limit of their own. What would come back (NaN, an
/// error) fails the trial at once, and an error that is every trial's stops the sweep.</para>
/// <para><b>Finality.</b> Succeeded trials never change. Failed and stopped ones change by a retry, by making their sweep active
/// again (stopped ones), by a submit that wants them again, or by an import of what they became elsewhere.</para>
/// <para><b>Threads.</b> One at a time.</para>
/// </remarks>
public sealed partial class Ledger
{
    private readonly LedgerRules _rules;

    // What was said since it was last settled, and how to take it back.
    private readonly List<Change> _changes = [];
    private readonly List<Change> _undo = [];

    private readonly List<LedgerTrial?> _trials = [null];
    private readonly Dictionary<long, LedgerSweep> _sweepsByKey = [];
    private readonly Dictionary<string, LedgerSweep> _sweepsByName = new(StringComparer.Ordinal);
    private readonly List<LedgerSweep> _order = [];
    private readonly Dictionary<long, CheckpointDocument> _checkpoints = [];
    private readonly SortedSet<long> _obsolete = [];
    private readonly Dictionary<string, List<long>> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<long>> _runningOn = new(StringComparer.Ordinal);
    private readonly Dictionary<UInt128, long> _points = [];
    private readonly Dictionary<string, int> _packs = new(StringComparer.Ordinal);
    private readonly List<string> _packTexts = [""];
    private readonly Dictionary<(string Worker, string Device, string Provenance), long> _workers = [];
    private readonly List<WorkerDocument> _workerDocuments = [];
    private readonly Dictionary<string, NodeDocument> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private MetaDocument? _meta;
    private Counters _next = new(1, 1, 1, 1, 0);

    public Ledger()
        : this(LedgerRules.All)
    {
    }

    internal Ledger(LedgerRules rules) => _rules = rules;

    /// <summary>What was changed and is not settled yet, in order.</summary>
    public IReadOnlyList<Change> Changes => _changes;

    /// <summary>Builds a Ledger from what was stored.</summary>
    /// <param name="stored">Each document once, as a Put; sweeps before trials, these before their attempts and
    /// checkpoints.</param>
    public static Ledger Load(IEnumerable<Change> stored) => Load(stored, LedgerRules.All);

    internal static Ledger Load(IEnumerable<Change> stored, LedgerRules rules)
    {
        var ledger = new Ledger(rules);
        foreach (var change in stored)
            ledger.Apply(change);
        return ledger;
    }

    /// <summary>Says that the changes so far are stored.</summary>
    public void Settle()
    {
        _changes.Clear();
        _undo.Clear();
    }

    /// <summary>Where the Ledger stands, for <see cref="Undo"/>; good until it is settled.</summary>
    public LedgerMark Mark() => new(_changes.Count, _undo.Count, _next);

    /// <summary>Takes back what was changed since a mark.</summary>
    public void Undo(LedgerMark mark)
    {
        for (var i = _undo.Count - 1; i >= mark.Undo; i--)
            Apply(_undo[i]);
        _undo.RemoveRange(mark.Undo, _undo.Count - mark.Undo);
        _changes.RemoveRange(mark.Changes, _changes.Count - mark.Changes);
        _next = mark.Next;
    }

    /// <summary>Makes a change, remembers how to take it back, and hands it out.</summary>
    private void Set(Change change)
    {
        if (Apply(change) is { } inverse)
            _undo.Add(inverse);
        _changes.Add(change);
    }

    private MetaDocument Meta => _meta ?? throw new InvalidOperationException("The Ledger was not started.");

    private LedgerTrial? TrialOf(long key) => key > 0 && key < _trials.Count ? _trials[(int)key] : null;

    private LedgerSweep? SweepOf(string name) => _sweepsByName.GetValueOrDefault(name);

    /// <summary>The next keys to give out.</summary>
    internal readonly record struct Counters(long Sweep, long Trial, long Checkpoint, long Point, long Fence);
}
