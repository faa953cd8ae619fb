using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Store;

/// <content>Trials that go on from where others stand, with other settings.</content>
public sealed partial class Ledger
{
    /// <summary>The event of a trial that began as a copy of another.</summary>
    public const string Cloned = "cloned";

    /// <summary>Points of which a copy was to take the place, and whose trials are not all at rest or closed any more: a seed was
    /// retried, say. They stay, for a copy has all seeds.</summary>
    private HashSet<long> Staying(IReadOnlyList<CloneMove> clones) =>
    [
        .. clones.Select(clone => TrialOf(clone.Instead)?.Doc).OfType<TrialDocument>()
            .Where(doc => doc is not { Wanted: true, StopRequested: false }
                || !(doc.State is TrialState.Stopped or TrialState.Failed || Rests(doc)))
            .Select(doc => doc.Point),
    ];

    /// <summary>Adds a copy in place of a trial that has been ended: with the reports that the other has up to there, and its
    /// checkpoint, which stays as long as one of them refers to it. Without that, it is trained from nothing, and ends
    /// alike.</summary>
    /// <param name="results">What the log holds of the trial that is copied.</param>
    private void Clone(LedgerSweep sweep, CloneMove move, TrialResults results, PointKeys points)
    {
        var fingerprint = TrialFingerprint.Of(move.Child);
        if (sweep.Find(fingerprint) is not null || TrialOf(move.Of) is not { } donor || donor.Sweep != sweep
            || TrialOf(move.Instead)?.Doc.State is not (TrialState.Stopped or TrialState.Failed))
        {
            return;
        }

        TrialPolicy.RequireCarried(move.Child);
        var added = Add(sweep, move.Child, fingerprint, points) with
        {
            Parent = donor.Doc.Key, Budget = move.Budget < move.Child.Epochs ? move.Budget : null,
        };
        // What it refers to is counted from here on.
        Set(new TrialPut(added));
        BeginAs(TrialOf(added.Key)!, donor, move.Epoch, results);
        Set(new EventPut(new EventDocument(added.Key, move.Epoch, Cloned, $"{donor.Doc.Fingerprint.Id}: {move.Detail}")));
    }

    /// <summary>Gives a new trial the reports and the checkpoint that another has of its first epochs; nothing where the other
    /// has not both.</summary>
    /// <returns>Whether it had.</returns>
    private bool BeginAs(LedgerTrial trial, LedgerTrial donor, int epochs, TrialResults results)
    {
        var reports = results.Reports.Select(one => one.Report with { Events = [] }).Where(one => one.Epoch <= epochs)
            .OrderBy(one => one.Epoch).ToList();
        if (reports.Count != epochs || donor.Checkpoint(donor.Doc.LastCheckpoint)?.Epoch != epochs
            || Copied(trial, donor, donor.Doc.LastCheckpoint) is not { } checkpoint)
        {
            return false;
        }

        Set(new TrialPut(trial.Doc with
        {
            Unbroken = epochs, Seconds = reports.Sum(one => one.Seconds), AttemptEpoch = epochs,
            LastCheckpoint = checkpoint.Key, CheckpointEpoch = checkpoint.Epoch,
        }));
        Set(new ReportsAppended(trial.Doc.Key, 0, reports));
        return true;
    }
}
