using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Results from elsewhere.</content>
public sealed partial class Ledger
{
    /// <summary>Takes finished trials with their results into a sweep, which is made if there is none of that name and otherwise
    /// stays as it is. Importing the same twice leaves the Ledger as doing it once.</summary>
    /// <exception cref="InvalidOperationException">A trial is not finished, or its epochs are not those that its state asks for.
    /// The caller must <see cref="Undo"/> what came before.</exception>
    public ImportResult Import(SweepSubmission submission, IEnumerable<ImportedTrial> trials, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(submission.MaxAttempts, 1);
        var sweep = SweepOf(submission.Name) ?? SweepFor(submission, now);
        var points = new PointKeys(this);
        var (added, completed, kept) = (0L, 0L, 0L);
        foreach (var imported in trials)
        {
            RequireWhole(imported);
            var fingerprint = TrialFingerprint.Of(imported.Trial);
            var known = sweep.Find(fingerprint);
            if (known is { Doc.State: TrialState.Running } or { Doc.EpochsDone: > 0 } or { Doc.State: TrialState.Succeeded })
            {
                kept++;
                continue;
            }

            if (known is null)
                added++;
            else
                completed++;
            known ??= TrialOf(Add(sweep, imported.Trial, fingerprint, points).Key)!;
            Complete(known, imported, now);
        }

        return new ImportResult(added, completed, kept);
    }

    private void Complete(LedgerTrial trial, ImportedTrial imported, DateTimeOffset now)
    {
        var doc = trial.Doc;
        var (began, ended) = (Ticks(imported.StartedAt ?? now), Ticks(imported.FinishedAt ?? now));
        var worker = WorkerOf(
            new ClaimRequest(imported.Worker, imported.Device, "import", Provenance: imported.Provenance));
        var epochs = imported.Reports.Count;
        Set(new TrialPut(doc with
        {
            State = imported.State, Attempt = doc.Attempt + 1, AttemptEpoch = epochs, Unbroken = epochs, Beyond = null,
            Seconds = imported.Reports.Sum(report => report.Seconds), StartedAt = began, FinishedAt = ended,
            Reason = imported.Reason,
            FailureClass = imported.State == TrialState.Failed ? imported.FailureClass
                ?? FailureClass.Crash : null, ModelPath = imported.ModelPath,
            Files = FilesOf(imported.Evaluations),
            Epochs = imported.State == TrialState.Succeeded && imported.Source is null ? epochs : doc.Epochs,
            Source = imported.Source is { } file ? new TrialSource(file, 0) : null,
        }));
        Set(new AttemptPut(new AttemptDocument(doc.Key, doc.Attempt + 1, _next.Fence + 1, worker, began, 0)
        {
            EndedAt = ended, ToEpoch = epochs, Outcome = Words.Of(imported.State), FailureClass = trial.Doc.FailureClass,
            Reason = imported.Reason,
        }));
        if (epochs > 0)
            Append(trial, imported.Reports);
        foreach (var evaluation in imported.Evaluations)
            Set(new EvaluationPut(new EvaluationDocument(doc.Key, evaluation)));
    }

    private static void RequireWhole(ImportedTrial imported)
    {
        var (trial, reports) = (imported.Trial, imported.Reports);
        TrialPolicy.RequireCarried(trial);
        if (!TrialPolicy.IsFinished(imported.State))
        {
            throw new InvalidOperationException(
                $"Trial {trial.Id} is {Words.Of(imported.State)}; only trials that have succeeded, failed or been stopped are "
                    + "imported.");
        }

        for (var i = 0; i < reports.Count; i++)
        {
            if (reports[i].Epoch != i + 1 || i >= trial.Epochs)
            {
                throw new InvalidOperationException(
                    $"Trial {trial.Id} was to be imported with a report of epoch {reports[i].Epoch} in place {i + 1}; "
                    + $"it has epochs 1 to {trial.Epochs}, each once and in order.");
            }
        }

        if (imported.State == TrialState.Succeeded && reports.Count != trial.Epochs && imported.Reason is null
            && imported.Source is null)
        {
            throw new InvalidOperationException(
                $"Trial {trial.Id} was to be imported as succeeded with {reports.Count} of {trial.Epochs} epochs and no reason "
                    + "for the early end.");
        }
    }
}
