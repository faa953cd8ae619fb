using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>The difference between a sweep's expansion and what is there, planned or applied.</content>
public sealed partial class Ledger
{
    /// <summary>Adds what is new of a sweep and marks what it no longer wants. Open trials that are no longer wanted are stopped
    /// with that reason (running ones learn it from their next renewal); trials wanted again are queued again unless they
    /// succeeded or run. Results are kept in either case. The sweep's state stays. Enumerates once; where the source breaks off,
    /// the caller must <see cref="Undo"/>.</summary>
    /// <param name="isOutside">Of a trial that its search has proposed: it would not propose it any more. Null: of none.</param>
    /// <exception cref="ArgumentException">A fingerprint is not 64 lower-case hex digits.</exception>
    public SubmitResult Submit(
        SweepSubmission submission, IEnumerable<Trial> trials, DateTimeOffset now, Func<TrialDocument, bool>? isOutside = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(submission.MaxAttempts, 1);
        var isChanged = SweepOf(submission.Name)?.Doc.Definition != submission.Definition;
        var sweep = SweepFor(submission, now);
        var (tally, points) = (new SubmitTally(this), new PointKeys(this));
        foreach (var trial in trials)
        {
            var fingerprint = TrialFingerprint.Of(trial);
            if (sweep.Find(fingerprint) is { } known)
            {
                if (tally.Keep(known))
                    Keep(known, trial);
                continue;
            }

            tally.Add(trial, Add(sweep, trial, fingerprint, points).Key);
        }

        if (submission.Budget is null)
            FreeBudgets(sweep);
        var unwanted = tally.Compare(sweep, submission, isOutside);
        var toCome = ToCome(sweep, submission, unwanted, 0);
        var toConfirm = Math.Max(0, submission.Confirming - sweep.Confirming);
        var result = tally.Result(unwanted) with { ToCome = toCome, ToConfirm = toConfirm, Confirming = sweep.Confirming };
        var looked = sweep.Doc with
        {
            ToCome = toCome, ToConfirm = toConfirm,
            IsUnsettled = submission.IsSearch && (sweep.Doc.IsUnsettled || isChanged || result.Added + result.WantedAgain > 0),
        };
        if (sweep.Doc != looked)
            Set(new SweepPut(looked));
        foreach (var dropped in unwanted)
            Drop(dropped, now);
        return result;
    }

    /// <summary>What <see cref="Submit"/> would do, without doing it.</summary>
    /// <param name="lengthened">Keys of trials from which new ones go on.</param>
    public SubmitResult Plan(
        SweepSubmission submission, IEnumerable<Trial> trials, Func<TrialDocument, bool>? isOutside = null,
        IReadOnlySet<long>? lengthened = null)
    {
        var sweep = SweepOf(submission.Name);
        var tally = new SubmitTally(this);
        var met = new HashSet<TrialFingerprint>();
        foreach (var trial in trials)
        {
            var fingerprint = TrialFingerprint.Of(trial);
            var known = sweep?.Find(fingerprint);
            if (submission.Reuse && (known is null || IsUntouched(known)) && !met.Contains(fingerprint)
                && EqualOf(fingerprint, submission.Name) is { } from)
            {
                tally.TakeOver(from.Sweep, FitsStack(sweep, from.Sweep));
            }

            if (known is not null)
                tally.Keep(known);
            else if (met.Add(fingerprint))
                tally.Add(trial);
        }

        var unwanted = sweep is null ? [] : tally.Compare(sweep, submission, isOutside);
        var result = tally.Result(unwanted);
        var confirming = sweep?.Confirming ?? 0;
        return result with
        {
            ToCome = ToCome(sweep, submission, unwanted, result.Added + result.WantedAgain),
            ToConfirm = Math.Max(0, submission.Confirming - confirming), Confirming = confirming,
            Lengthened = unwanted.LongCount(
                one => one.Doc.State == TrialState.Succeeded && lengthened?.Contains(one.Doc.Key) == true),
        };
    }

    private LedgerSweep SweepFor(SweepSubmission submission, DateTimeOffset now)
    {
        var sweep = SweepOf(submission.Name);
        var asked = (sweep?.Doc ?? new SweepDocument(_next.Sweep, submission.Name, "", 1, Ticks(now))) with
        {
            Definition = submission.Definition, MaxAttempts = submission.MaxAttempts,
            Priority = submission.Priority, MaxConcurrent = submission.MaxConcurrent,
            Budget = submission.Budget,
        };
        if (sweep?.Doc != asked)
            Set(new SweepPut(asked));
        return sweep ?? _sweepsByKey[asked.Key];
    }

    /// <summary>A sweep that has no scheduler any more trains all its trials to the end.</summary>
    private void FreeBudgets(LedgerSweep sweep)
    {
        foreach (var trial in InOrder(sweep, trial => trial is { Wanted: true, Budget: not null }))
        {
            if (IsEndedEarly(trial.Doc))
                Set(new TrialPut(QueuedAgain(trial) with { Budget = null, State = TrialState.Queued, Reason = null }));
            else if (!TrialPolicy.IsFinished(trial.Doc.State))
                SetBudget(trial.Doc.Key, null);
        }
    }

    private TrialDocument Add(
        LedgerSweep sweep, Trial trial, TrialFingerprint fingerprint, PointKeys points, int round = 0)
    {
        var (point, pack) = (points.KeyOf(trial), PackOf(trial.PackKey));
        var added = new TrialDocument(_next.Trial, sweep.Doc.Key, fingerprint, trial.Index, trial.Seed, point, pack, trial.Epochs)
        {
            // What confirms is trained to the end.
            Budget = round > 0 ? null : sweep.Doc.Budget, Round = round,
        };
        Set(new TrialPut(added));
        return added;
    }

    /// <summary>Moves a kept trial to its new place. One that is wanted again is queued, unless it has succeeded or is
    /// running.</summary>
    private void Keep(LedgerTrial known, Trial trial, int round = 0)
    {
        var (old, pack) = (known.Doc, PackOf(trial.PackKey));
        if (old.Wanted && old.Index == trial.Index && old.Pack == pack && old.Round == round)
            return;
        var kept = old;
        if (!old.Wanted)
        {
            kept = old.State is TrialState.Stopped or TrialState.Failed
                ? QueuedAgain(known) with { Failures = 0, Losses = 0, FailureClass = null } : old;
            kept = kept with { StopRequested = false };
        }

        Set(new TrialPut(kept with { Index = trial.Index, Pack = pack, Wanted = true, Round = round }));
    }

    private int PackOf(string text)
    {
        if (_packs.TryGetValue(text, out var known))
            return known;
        Set(new PackPut(new PackDocument(_packTexts.Count, text)));
        return _packs[text];
    }

    /// <summary>What a submit has met so far.</summary>
    private sealed class SubmitTally(Ledger ledger)
    {
        private readonly HashSet<long> _seen = [];
        private readonly List<Trial> _added = [];
        private long _count;
        private long _kept;
        private long _succeeded;
        private long _wantedAgain;
        private readonly Dictionary<string, long> _taken = new(StringComparer.Ordinal);
        private long _otherStack;

        public void TakeOver(LedgerSweep from, bool fits)
        {
            if (fits)
                _taken[from.Doc.Name] = _taken.GetValueOrDefault(from.Doc.Name) + 1;
            else
                _otherStack++;
        }

        /// <param name="key">Of a trial that is stored now, and may be named again.</param>
        /// <exception cref="StoreException">It is too large to be sent to a node.</exception>
        public void Add(Trial trial, long key = 0)
        {
            TrialPolicy.RequireCarried(trial);
            if (key > 0)
                _seen.Add(key);
            _count++;
            if (_added.Count < SubmitResult.SampleSize)
                _added.Add(trial);
        }

        /// <returns>False when the expansion has named it before.</returns>
        public bool Keep(LedgerTrial known)
        {
            if (!_seen.Add(known.Doc.Key))
                return false;
            Count(known.Doc);
            if (!known.Doc.Wanted)
                _wantedAgain++;
            return true;
        }

        /// <summary>Finds what was wanted until now, and is not any more; by index. What a search has proposed or chosen is in
        /// no file: it is kept as long as its space has it.</summary>
        public IReadOnlyList<LedgerTrial> Compare(
            LedgerSweep sweep, SweepSubmission submission, Func<TrialDocument, bool>? isOutside)
        {
            if (_seen.Count == sweep.Trials.Count)
                return [];
            var unwanted = new List<LedgerTrial>();
            foreach (var one in sweep.Trials.Where(one => one.Doc.Wanted && !_seen.Contains(one.Doc.Key)))
            {
                // No file of ours contains what others have trained.
                if (one.Doc.Source is not { IsImported: true } && IsUnwanted(one.Doc, submission, isOutside))
                    unwanted.Add(one);
                else if (submission.InTheEnd is not null && one.Doc.Round == 0)
                    Count(one.Doc);
            }

            return [.. unwanted.OrderBy(one => one.Doc.Index).ThenBy(one => one.Doc.Key)];
        }

        private static bool IsUnwanted(TrialDocument one, SweepSubmission submission, Func<TrialDocument, bool>? isOutside) =>
            one.Round > 0 ? submission.Confirming == 0
            : one is { Parent: > 0, IsLonger: false } ? submission.Budget is null
            : submission.InTheEnd is null || isOutside?.Invoke(one) == true;

        private void Count(TrialDocument kept)
        {
            _kept++;
            if (kept.State == TrialState.Succeeded)
                _succeeded++;
        }

        public SubmitResult Result(IReadOnlyList<LedgerTrial> unwanted) =>
            new(_count, _kept, unwanted.Count, _succeeded, _added,
                [.. unwanted.Take(SubmitResult.SampleSize).Select(ledger.Status)]) 
            {
                Reused = new ReuseResult([.. _taken.Select(one => new TakenOver(one.Key, one.Value))], _otherStack),
                WantedAgain = _wantedAgain, Retired = unwanted.LongCount(one => one.Doc.State == TrialState.Succeeded),
            };
    }
}
