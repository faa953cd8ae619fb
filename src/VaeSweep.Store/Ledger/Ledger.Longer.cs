using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Trials that go on from where others of their sweep stand, which have fewer epochs and are otherwise the
/// same.</content>
public sealed partial class Ledger
{
    private const string Mixed = "numbers of different software may stand in this sweep (--allow-mixed)";
    private const string Scheduled = "its scheduler counts its rungs over train.epochs";
    private const string NotKept = "no checkpoint of theirs is kept";

    /// <summary>Whether any trial of a sweep has an epoch.</summary>
    public bool HasTrained(string name) => SweepOf(name)?.Trials.Any(one => one.Doc.EpochsDone > 0) == true;

    /// <summary>How many epochs the trials of a sweep have or were to have that have been trained.</summary>
    /// <param name="config">The configuration of a point.</param>
    public IReadOnlyList<int> Lengths(string name, Func<long, string> config)
    {
        var trained = SweepOf(name)?.Trials.Select(one => one.Doc).Where(one => one.EpochsDone > 0).ToList() ?? [];
        // Of one that ended early, the document has the epochs that it came to.
        var early = trained.Where(one => one is { State: TrialState.Succeeded, Reason: not null }).Select(one => one.Point)
            .Distinct().Select(point => TrialConfigJson.TryParse(config(point))).OfType<TrialConfig>()
            .Select(one => TrialPhases.Epochs(one.Train));
        return [.. trained.Select(one => one.Epochs).Concat(early).Distinct().Order()];
    }

    /// <summary>Of trials, those that a sweep has not.</summary>
    public IReadOnlyList<Trial> Lacking(string name, IEnumerable<Trial> trials)
    {
        var sweep = SweepOf(name);
        return [.. trials.Where(trial => sweep?.Find(TrialFingerprint.Of(trial)) is null)];
    }

    /// <summary>What a trial that a sweep has not may go on from: of trials that begin as it does, the one that has come
    /// furthest.</summary>
    /// <param name="shorter">Trials that differ from it in that they have fewer epochs.</param>
    /// <returns>Null where nothing of it was trained.</returns>
    public Beginning? BeginningOf(SweepSubmission submission, Trial trial, IReadOnlyList<ShorterTrial> shorter)
    {
        var fingerprint = TrialFingerprint.Of(trial);
        if (SweepOf(submission.Name) is not { } sweep || sweep.Find(fingerprint) is not null
            || (submission.Reuse && EqualOf(fingerprint, submission.Name) is not null))
        {
            return null;
        }

        Beginning? best = null;
        foreach (var (one, known) in shorter.Select(one => (one, sweep.Find(one.Fingerprint))))
        {
            if (known is not { Doc: { EpochsDone: > 0 } doc })
                continue;
            var kept = known.Checkpoint(doc.LastCheckpoint) is { Obsolete: false, Epoch: > 0 } last ? last.Epoch : 0;
            var why = submission.Budget is not null ? Scheduled : sweep.Doc.Stack == SweepStatus.AnyStack ? Mixed
                : one.WhyAnew ?? (kept == 0 ? NotKept : null);
            var found = new Beginning(doc.Key, why is null ? kept : doc.EpochsDone, trial.Epochs, why);
            if (best is null || (found.Why is null, found.Epochs).CompareTo((best.Why is null, best.Epochs)) > 0)
                best = found;
        }

        return best;
    }

    /// <summary>Adds trials with the reports and checkpoints that others have of their first epochs. Their files are referred
    /// to.</summary>
    /// <param name="trials">Each with the key of the trial that it goes on from. What has changed since it was looked for is left
    /// out.</param>
    /// <param name="results">What the log holds of a trial.</param>
    public int Lengthen(string name, IReadOnlyList<(Trial Trial, long From)> trials, Func<long, TrialResults> results)
    {
        if (SweepOf(name) is not { } sweep)
            return 0;
        var (points, count) = (new PointKeys(this), 0);
        foreach (var (trial, from) in trials)
        {
            var fingerprint = TrialFingerprint.Of(trial);
            if (sweep.Find(fingerprint) is not null || TrialOf(from) is not { } donor || donor.Sweep != sweep
                || donor.Checkpoint(donor.Doc.LastCheckpoint) is not { Obsolete: false, Epoch: var epochs and > 0 } checkpoint)
            {
                continue;
            }

            TrialPolicy.RequireCarried(trial);
            // Files are counted for the trial that has written them: this may be one further back.
            var writer = TrialOf(RootOf(donor.Doc)) is { } root && RefersTo(root, checkpoint.Path) ? root : donor;
            var added = Add(sweep, trial, fingerprint, points) with
            {
                Parent = writer.Doc.Key, IsLonger = true, Budget = null,
            };
            Set(new TrialPut(added));
            count++;
            var had = results(from);
            if (!BeginAs(TrialOf(added.Key)!, donor, epochs, had))
                continue;
            foreach (var one in had.Events.Where(one => one.Event == Proposed || (one.Epoch <= epochs && !one.IsOfSearch)))
                Set(new EventPut(one with { Trial = added.Key }));
            var detail = $"{donor.Doc.Fingerprint.Id}, which has {donor.Doc.Epochs}";
            Set(new EventPut(new EventDocument(added.Key, epochs, Lengthened, detail)));
        }

        return count;
    }
}

/// <summary>A trial that another differs from in that it has more epochs.</summary>
/// <param name="WhyAnew">As <see cref="TrialPhases.WhyAnew"/>.</param>
public readonly record struct ShorterTrial(TrialFingerprint Fingerprint, string? WhyAnew);

/// <summary>What was trained of a trial already.</summary>
/// <param name="From">Key of the trial that was trained.</param>
/// <param name="Epochs">That it has; of one to go on from, those of its checkpoint.</param>
/// <param name="Of">The trial's.</param>
/// <param name="Why">It begins anew nevertheless, in words; null where it goes on.</param>
public sealed record Beginning(long From, int Epochs, int Of, string? Why);
