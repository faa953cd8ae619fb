using System.Runtime.InteropServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Trials that were trained in another sweep, and the files that several trials refer to.</content>
public sealed partial class Ledger
{
    // How often trials that were taken over refer to a file. The trial that has trained it does not count: it is asked.
    private readonly Dictionary<string, int> _borrowed = new(StringComparer.Ordinal);

    /// <summary>Copies what other sweeps have of trials: those that succeeded there, and that this sweep has not or has not
    /// begun. The sweep is made if there is none of that name and otherwise stays as it is. Their files are referred to. Of several
    /// sweeps the oldest gives.</summary>
    /// <param name="results">What the log holds of a trial.</param>
    public ReuseResult Reuse(
        SweepSubmission submission, IEnumerable<Trial> trials, Func<long, TrialResults> results, DateTimeOffset now)
    {
        var (points, taken, otherStack) = (new PointKeys(this), new Dictionary<string, long>(StringComparer.Ordinal), 0L);
        foreach (var trial in trials)
        {
            var fingerprint = TrialFingerprint.Of(trial);
            var sweep = SweepOf(submission.Name);
            if (sweep?.Find(fingerprint) is { } known && !IsUntouched(known))
                continue;
            if (EqualOf(fingerprint, submission.Name) is not { } from)
                continue;
            if (!FitsStack(sweep, from.Sweep))
            {
                otherStack++;
                continue;
            }

            sweep ??= SweepFor(submission, now);
            if (sweep.Doc.Stack is null && from.Sweep.Doc.Stack is { } stack)
                Set(new SweepPut(sweep.Doc with { Stack = stack }));
            var key = sweep.Find(fingerprint)?.Doc.Key ?? Add(sweep, trial, fingerprint, points).Key;
            TakeOver(TrialOf(key)!, from, results(from.Doc.Key));
            CollectionsMarshal.GetValueRefOrAddDefault(taken, from.Sweep.Doc.Name, out _)++;
        }

        return new ReuseResult([.. taken.Select(one => new TakenOver(one.Key, one.Value))], otherStack);
    }

    /// <summary>Of trials, those that other sweeps have and this one has not begun.</summary>
    public IReadOnlyList<Trial> WithEqual(string name, IEnumerable<Trial> trials)
    {
        var sweep = SweepOf(name);
        return
        [
            .. trials.Where(trial => TrialFingerprint.Of(trial) is var fingerprint
                && (sweep?.Find(fingerprint) is not { } known || IsUntouched(known)) && EqualOf(fingerprint, name) is not null),
        ];
    }

    /// <summary>The oldest sweep's trial of that fingerprint that has succeeded there.</summary>
    private LedgerTrial? EqualOf(TrialFingerprint fingerprint, string besides) => _sweepsByKey.Values
        .Where(sweep => sweep.Doc.Name != besides).OrderBy(sweep => sweep.Doc.Key).Select(sweep => sweep.Find(fingerprint))
        .FirstOrDefault(trial => trial is { Doc: { State: TrialState.Succeeded, Source: null or { IsImported: false } } });

    private static bool IsUntouched(LedgerTrial trial) => trial.Doc is
        { Attempt: 0, State: TrialState.Queued or TrialState.Paused or TrialState.Stopped };

    /// <summary>Numbers of different software never stand in one sweep unless its owner allows it.</summary>
    private static bool FitsStack(LedgerSweep? sweep, LedgerSweep from) =>
        sweep?.Doc.Stack is null or SweepStatus.AnyStack || from.Doc.Stack is null || sweep.Doc.Stack == from.Doc.Stack;

    private void TakeOver(LedgerTrial trial, LedgerTrial from, TrialResults results)
    {
        var (doc, had) = (trial.Doc, from.Doc);
        // What it refers to is counted from here on.
        var source = new TrialSource(from.Sweep.Doc.Name, had.Source?.Trial ?? had.Key);
        Set(new TrialPut(doc with { Source = source }));
        var (last, best) = (Copied(trial, from, had.LastCheckpoint), Copied(trial, from, had.BestCheckpoint));
        Set(new TrialPut(doc with
        {
            Source = source,
            State = TrialState.Succeeded, StopRequested = false, Attempt = had.Attempt, AttemptEpoch = had.AttemptEpoch,
            Unbroken = had.Unbroken, Beyond = had.Beyond, Seconds = had.Seconds, Epochs = had.Epochs,
            LastCheckpoint = last?.Key ?? 0, BestCheckpoint = best?.Key ?? 0,
            CheckpointEpoch = last?.Epoch ?? TrialDocument.NoCheckpoint, StartedAt = had.StartedAt, FinishedAt = had.FinishedAt,
            FailureClass = null, Reason = had.Reason, ModelPath = had.ModelPath, Files = had.Files,
        }));
        foreach (var attempt in from.Attempts)
            Set(new AttemptPut(attempt with { Trial = doc.Key, Fence = _next.Fence + 1 }));
        foreach (var reports in results.Reports.GroupBy(one => one.Attempt))
            Set(new ReportsAppended(doc.Key, reports.Key, [.. reports.Select(one => one.Report with { Events = [] })]));
        foreach (var one in results.Events)
            Set(new EventPut(one with { Trial = doc.Key }));
        foreach (var one in results.Evaluations)
            Set(new EvaluationPut(one with { Trial = doc.Key }));
    }

    private CheckpointDocument? Copied(LedgerTrial trial, LedgerTrial from, long key)
    {
        if (from.Checkpoint(key) is not { Obsolete: false } kept)
            return null;
        // The last one may be the best.
        if (trial.Checkpoints?.Find(one => one.Path == kept.Path) is { } known)
            return known;
        var copy = kept with { Key = _next.Checkpoint, Trial = trial.Doc.Key };
        Set(new CheckpointPut(copy));
        return copy;
    }

    /// <summary>Whether a trial refers to a file besides the one that has just let go of it.</summary>
    /// <param name="root">The trial that has trained it; 0 for none.</param>
    private bool IsReferredTo(string path, long root) =>
        _rules.Sharing && (_borrowed.ContainsKey(path) || (TrialOf(root) is { } trial && RefersTo(trial, path)));

    private static bool RefersTo(LedgerTrial trial, string path) =>
        trial.Doc.ModelPath == path || trial.Doc.Files?.Contains(path) == true
        || trial.Checkpoints?.Exists(one => !one.Obsolete && one.Path == path) == true;

    /// <summary>Counts what a trial's own document refers to.</summary>
    private void Borrow(TrialDocument trial, int by)
    {
        if (!Borrows(trial))
            return;
        if (trial.ModelPath is { } model)
            Borrow(model, by);
        foreach (var file in trial.Files ?? [])
            Borrow(file, by);
    }

    private void Borrow(CheckpointDocument checkpoint, int by)
    {
        if (!checkpoint.Obsolete && TrialOf(checkpoint.Trial) is { } trial && Borrows(trial.Doc))
            Borrow(checkpoint.Path, by);
    }

    /// <summary>Whether a trial may refer to files that another has written.</summary>
    private static bool Borrows(TrialDocument trial) => trial.Source is { IsImported: false } || trial.Parent > 0;

    /// <returns>The trial whose files another may refer to; 0 for none.</returns>
    private static long RootOf(TrialDocument? trial) => trial?.Source?.Trial ?? trial?.Parent ?? 0;

    private void Borrow(string path, int by)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_borrowed, path, out _);
        count += by;
        if (count == 0)
            _borrowed.Remove(path);
    }
}
