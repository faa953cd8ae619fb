using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Reports and checkpoints of running attempts.</content>
public sealed partial class Ledger
{
    /// <summary>Takes what an attempt has produced. A recorded checkpoint implies that the epochs it covers are stored;
    /// checkpoints are recorded in their order, and the last one recorded is the one to resume from.</summary>
    /// <returns>False when the attempt is lost; nothing was changed.</returns>
    /// <exception cref="InvalidOperationException">A checkpoint covers epochs that are not stored, or an epoch is not one of its
    /// trial's. The caller must <see cref="Undo"/> what came before.</exception>
    public bool Report(AttemptFence attempt, IReadOnlyList<EpochReport> epochs, IReadOnlyList<EpochCheckpoint> checkpoints)
    {
        if (Owned(attempt) is not { } trial)
            return false;
        TellOfStart(trial, epochs);
        if (StoreEpochs(trial, epochs) is { } stored)
            Append(trial, stored);
        foreach (var checkpoint in checkpoints)
            Record(trial, checkpoint);
        return true;
    }

    /// <summary>An attempt that could not use the checkpoint it was granted with began earlier, and says why with epochs that may
    /// be known already.</summary>
    private void TellOfStart(LedgerTrial trial, IReadOnlyList<EpochReport> epochs)
    {
        foreach (var report in epochs)
        {
            if (trial.Last is { } last && report.Epoch >= 1 && report.Epoch <= last.FromEpoch)
            {
                // An attempt is kept with its trial's document.
                Set(new TrialPut(trial.Doc));
                Set(new AttemptPut(last with { FromEpoch = report.Epoch - 1 }));
            }

            foreach (var (happened, detail) in report.Events.Where(one => one.Event == TrialEvent.CheckpointDamaged))
                Set(new EventPut(new EventDocument(trial.Doc.Key, report.Epoch, happened, detail)));
        }
    }

    private void Append(LedgerTrial trial, IReadOnlyList<EpochReport> reports)
    {
        foreach (var report in reports)
        {
            foreach (var (happened, detail) in report.Events.DistinctBy(one => one.Event)
                .Where(one => one.Event != TrialEvent.CheckpointDamaged))
            {
                Set(new EventPut(new EventDocument(trial.Doc.Key, report.Epoch, happened, detail)));
            }
        }

        Set(new ReportsAppended(trial.Doc.Key, trial.Last!.Ordinal, reports));
    }

    /// <returns>The reports of epochs that were not stored; null when there is none.</returns>
    private List<EpochReport>? StoreEpochs(LedgerTrial trial, IReadOnlyList<EpochReport> epochs)
    {
        var doc = trial.Doc;
        var held = new EpochSet(doc.Unbroken, doc.Beyond);
        var (seconds, last) = (doc.Seconds, doc.AttemptEpoch);
        List<EpochReport>? stored = null;
        foreach (var report in epochs)
        {
            if (report.Epoch < 1 || report.Epoch > doc.Epochs)
            {
                throw new InvalidOperationException(
                    $"Trial {doc.Fingerprint.Id} reported epoch {report.Epoch}; it has epochs 1 to {doc.Epochs}.");
            }
            last = Math.Max(last, report.Epoch);
            // Known already, from an earlier send or an earlier attempt: the first report stays.
            if (!held.Add(report.Epoch))
                continue;
            (stored ??= new List<EpochReport>(epochs.Count)).Add(report);
            seconds += report.Seconds;
        }

        if (stored is not null || last > doc.AttemptEpoch)
        {
            Set(new TrialPut(
                doc with { Unbroken = held.Unbroken, Beyond = held.Beyond, Seconds = seconds, AttemptEpoch = last }));
        }
        return stored;
    }

    /// <summary>Makes a checkpoint the trial's last, and its best if it is; what it replaces becomes obsolete.</summary>
    private void Record(LedgerTrial trial, EpochCheckpoint checkpoint)
    {
        var doc = trial.Doc;
        var covered = new EpochSet(doc.Unbroken, doc.Beyond).CountTo(checkpoint.Epoch);
        if (covered != checkpoint.Epoch)
        {
            throw new InvalidOperationException(
                $"A checkpoint of trial {doc.Fingerprint.Id} covers {checkpoint.Epoch} epochs, but only {covered} of them "
                    + "are stored. "
                + "Append their reports with it or before it.");
        }

        var key = trial.Checkpoints?.Find(one => one.Path == checkpoint.Path)?.Key ?? _next.Checkpoint;
        Set(new CheckpointPut(
            new CheckpointDocument(key, doc.Key, doc.Attempt, checkpoint.Epoch, checkpoint.Path, Obsolete: false)));
        var best = checkpoint.Best ? key : doc.BestCheckpoint;
        // Failures and losses count in a row: a trial that gets on is not given up.
        var further = checkpoint.Epoch > Math.Max(doc.CheckpointEpoch, 0);
        Set(new TrialPut(doc with
        {
            LastCheckpoint = key, BestCheckpoint = best, CheckpointEpoch = checkpoint.Epoch,
            Failures = further ? 0 : doc.Failures, Losses = further ? 0 : doc.Losses,
        }));
        foreach (var old in (ReadOnlySpan<long>)[doc.LastCheckpoint, doc.BestCheckpoint])
        {
            if (old != key && old != best)
                MakeObsolete(trial, old);
        }
    }

    private void MakeObsolete(LedgerTrial trial, long key)
    {
        if (trial.Checkpoint(key) is { Obsolete: false } old)
            Set(new CheckpointPut(old with { Obsolete = true }));
    }
}
