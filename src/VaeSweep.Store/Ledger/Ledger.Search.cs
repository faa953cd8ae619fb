using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Store;

/// <content>What a search proposes while its sweep runs.</content>
public sealed partial class Ledger
{
    /// <summary>The event of a trial that a search has proposed.</summary>
    public const string Proposed = "proposed";

    /// <summary>The event of a trial that its scheduler sends on.</summary>
    public const string Promoted = "promoted";

    /// <summary>The event of a trial that its scheduler has ended.</summary>
    public const string Ended = "ended";

    /// <summary>The event of a trial that confirms what a search has found.</summary>
    public const string Chosen = "chosen";

    /// <summary>The event of a trial that goes on from one with fewer epochs.</summary>
    public const string Lengthened = "lengthened";

    /// <summary>The event of a trial that confirms no longer, because the search has gone on or less is asked for.</summary>
    public const string Superseded = "superseded";

    /// <summary>What a search does, as events of its trials: nothing that somebody should look at.</summary>
    public static IReadOnlyList<string> EventsOfSearch { get; } =
        [Proposed, Promoted, Ended, Cloned, Lengthened, Chosen, Superseded];

    /// <summary>How the reason of such a trial begins.</summary>
    public const string EndedBy = "ended by its scheduler: ";

    /// <summary>Adds what a search proposes, and takes out what is none of its space any more. Trials that are there already
    /// stay as they are.</summary>
    /// <param name="definition">What it was proposed for: where the sweep has another one by now, nothing is done.</param>
    /// <param name="retired">Keys of trials.</param>
    /// <param name="toCome">Trials that are still to be proposed.</param>
    /// <param name="origin">What the trials were drawn from, for people.</param>
    /// <returns>False when there is no such sweep, or its definition is another.</returns>
    public bool Propose(
        string name, string definition, IReadOnlyList<Trial> trials, IReadOnlyList<long> retired, long toCome, string? origin,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(retired);
        if (SweepOf(name) is not { } sweep || sweep.Doc.Definition != definition)
            return false;
        var points = new PointKeys(this);
        foreach (var trial in trials)
        {
            var fingerprint = TrialFingerprint.Of(trial);
            if (sweep.Find(fingerprint) is { } known)
            {
                if (known.Doc.Round > 0)
                    Keep(known, trial);
                continue;
            }

            TrialPolicy.RequireCarried(trial);
            var added = Add(sweep, trial, fingerprint, points);
            if (origin is not null)
                Set(new EventPut(new EventDocument(added.Key, 0, Proposed, origin)));
        }

        foreach (var one in retired.Select(TrialOf).OfType<LedgerTrial>().Where(one => one.Sweep == sweep && one.Doc.Wanted))
            Drop(one, now);
        var settled = sweep.Doc with { ToCome = toCome, IsUnsettled = false };
        if (sweep.Doc != settled)
            Set(new SweepPut(settled));
        return true;
    }

    /// <summary>Adds trials that confirm what a search has found, or wants them again, and marks those that confirm no
    /// longer.</summary>
    /// <param name="definition">What they were chosen for: where the sweep has another one by now, nothing is done.</param>
    /// <param name="round">Of the trials: 1, 2, ...</param>
    /// <param name="trials">Of points that the sweep has, each with why it was chosen.</param>
    /// <param name="retired">Keys of trials.</param>
    /// <param name="toConfirm">Trials that are still to be chosen.</param>
    /// <returns>False when there is no such sweep, or its definition is another.</returns>
    public bool Confirm(
        string name, string definition, int round, IReadOnlyList<(Trial Trial, string Detail)> trials,
        IReadOnlyList<long> retired, long toConfirm, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(retired);
        if (SweepOf(name) is not { } sweep || sweep.Doc.Definition != definition)
            return false;
        foreach (var one in retired.Select(TrialOf).OfType<LedgerTrial>()
            .Where(one => one.Sweep == sweep && one.Doc is { Wanted: true, Round: > 0 }))
        {
            Drop(one, now);
            Set(new EventPut(new EventDocument(one.Doc.Key, one.Doc.EpochsDone, Superseded, one.Doc.Round == round
                ? "less is asked for" : $"the search has gone on since round {one.Doc.Round}")));
        }

        var points = new PointKeys(this);
        foreach (var (trial, detail) in trials)
        {
            var fingerprint = TrialFingerprint.Of(trial);
            if (sweep.Find(fingerprint) is { } known)
            {
                // One of the search itself stays that.
                if (known.Doc.Round > 0)
                    Keep(known, trial, round);
                continue;
            }

            TrialPolicy.RequireCarried(trial);
            var added = Add(sweep, trial, fingerprint, points, round);
            Set(new EventPut(new EventDocument(added.Key, 0, Chosen, $"{detail}; round {round}")));
        }

        if (sweep.Doc.ToConfirm != toConfirm)
            Set(new SweepPut(sweep.Doc with { ToConfirm = toConfirm }));
        return true;
    }

    private void Drop(LedgerTrial trial, DateTimeOffset now)
    {
        var doc = trial.Doc with { Wanted = false };
        Set(new TrialPut(doc.State is TrialState.Queued or TrialState.Paused ? Closed(doc, TrialPolicy.Unwanted, now) : doc));
    }

    /// <summary>Active sweeps whose search has trials to propose, or whose scheduler may have some to decide about; the oldest
    /// first.</summary>
    /// <returns>With each a number that changes when trials begin, end or rest.</returns>
    public IReadOnlyList<(SweepDocument Sweep, int Stand)> Searching() =>
    [
        .. _sweepsByKey.Values.Where(one => one.Doc.State == SweepState.Active && (one.Doc.ToCome > 0 || one.Doc.ToConfirm > 0
                || one.Doc.IsUnsettled || IsScheduled(one)))
            .Select(one => (one.Doc, StandOf(one))).OrderBy(one => one.Doc.Key),
    ];

    private static int StandOf(LedgerSweep sweep)
    {
        var stand = default(HashCode);
        stand.Add(sweep.Doc);
        stand.Add(sweep.Trials.Count);
        foreach (var state in Enum.GetValues<TrialState>())
            stand.Add(sweep.Count(state));
        return stand.ToHashCode();
    }

    /// <summary>Carries out what a scheduler has decided. What no longer stands as it was decided for stays as it is.</summary>
    /// <param name="definition">What it was decided for: where the sweep has another one by now, nothing is done.</param>
    /// <param name="clones">Trials that go on in place of those that are ended.</param>
    /// <param name="results">What the log holds of a trial.</param>
    /// <returns>False when there is no such sweep, or its definition is another.</returns>
    public bool Schedule(
        string name, string definition, IReadOnlyList<BudgetMove> moves, IReadOnlyList<CloneMove> clones,
        Func<long, TrialResults> results, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(moves);
        ArgumentNullException.ThrowIfNull(clones);
        ArgumentNullException.ThrowIfNull(results);
        if (SweepOf(name) is not { } sweep || sweep.Doc.Definition != definition)
            return false;
        var staying = Staying(clones);
        foreach (var move in moves)
        {
            if (TrialOf(move.Trial) is { Doc: { Wanted: true, StopRequested: false } doc } trial && trial.Sweep == sweep
                && !staying.Contains(doc.Point))
            {
                Move(trial, move, now);
            }
        }

        var points = new PointKeys(this);
        foreach (var clone in clones)
        {
            if (TrialOf(clone.Instead) is { Doc.Point: var point } && !staying.Contains(point))
                Clone(sweep, clone, results(clone.Of), points);
        }

        return true;
    }

    private void Move(LedgerTrial trial, BudgetMove move, DateTimeOffset now)
    {
        var doc = trial.Doc;
        if (move.Budget is not { } budget)
        {
            if (!Rests(doc))
                return;
            Set(new TrialPut(Closed(doc, $"{EndedBy}{move.Detail}", now)));
            Set(new EventPut(new EventDocument(doc.Key, doc.CheckpointEpoch, Ended, move.Detail)));
            return;
        }

        RequireBudget(budget);
        int? given = budget < doc.Epochs ? budget : null;
        if (IsEndedEarly(doc))
            Set(new TrialPut(QueuedAgain(trial) with { Budget = given, State = TrialState.Queued, Reason = null }));
        else if (!SetBudget(doc.Key, given))
            return;
        Set(new EventPut(new EventDocument(doc.Key, Math.Max(0, doc.CheckpointEpoch), Promoted, move.Detail)));
    }

    /// <summary>A trial as a search sees it.</summary>
    /// <param name="curve">The search's metric, epoch by epoch.</param>
    public static SearchTrial Seen(TrialDocument trial, IReadOnlyList<double> curve)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return new(
            trial.Key, trial.Index, trial.Fingerprint.ToString(), trial.Point, trial.Seed, trial.State, trial.Wanted, curve)
        {
            Budget = Math.Min(trial.Budget ?? trial.Epochs, trial.Epochs),
            Rests = trial.State == TrialState.Paused && HasUsedBudget(trial),
            IsEnded = IsEndedEarly(trial),
            Round = trial.Round,
            GoesOn = trial is { State: TrialState.Queued, CheckpointEpoch: > 0 },
        };
    }

    /// <summary>Whether a checkpoint of a trial holds as many epochs as it may run now, and it may not run all.</summary>
    public static bool HasUsedBudget(TrialDocument trial) => trial.Budget is { } budget && budget < trial.Epochs
        && trial.CheckpointEpoch >= budget;

    /// <summary>Its scheduler has ended it: its owner's waking the sweep is no reason to go on with it.</summary>
    public static bool IsEndedEarly(TrialDocument trial) =>
        trial.State == TrialState.Stopped && trial.Reason?.StartsWith(EndedBy, StringComparison.Ordinal) == true;

    private static bool IsScheduled(LedgerSweep sweep) => sweep.Doc.Budget is not null
        && sweep.Count(TrialState.Paused) + sweep.Count(TrialState.Running) + sweep.Count(TrialState.Queued) > 0;

    /// <param name="unwanted">Wanted in the sweep's counts, and not any more.</param>
    /// <param name="more">Wanted, and not in the sweep's counts so far.</param>
    private static long ToCome(
        LedgerSweep? sweep, SweepSubmission submission, IReadOnlyList<LedgerTrial> unwanted, long more)
    {
        var wanted = (sweep?.Counts().Values.Sum() ?? 0) - (sweep?.Confirming ?? 0);
        return Math.Max(0, (submission.InTheEnd ?? 0) - wanted + unwanted.LongCount(one => one.Doc.Round == 0) - more);
    }
}
