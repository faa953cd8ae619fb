using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Deletion.</content>
public sealed partial class Ledger
{
    /// <summary>Deletes a sweep with its trials and all their results, or some of them, or files alone. Where one of them runs,
    /// nothing is deleted unless the wish says so; then its attempt is lost. A file that other trials refer to stays until the
    /// last of them goes. The next submit of a sweep file that contains a deleted trial adds it anew.</summary>
    /// <returns>Null when there is no sweep of that name, or no such trial in it.</returns>
    public Deletion? Delete(DeletionWish wish)
    {
        if (SweepOf(wish.Sweep) is not { } sweep
            || (wish.Trial is { } key && TrialOf(key) is var one && one?.Sweep != sweep))
        {
            return null;
        }

        var trials = InOrder(sweep, trial => (wish.Trial is null || trial.Key == wish.Trial)
            && (!wish.Failed || trial.State == TrialState.Failed)
            && (!wish.Imported || trial.Source is { IsImported: true })
            && (!wish.ArtifactsOnly || TrialPolicy.IsFinished(trial.State)));
        var running = trials.Count(trial => trial.Doc.State == TrialState.Running);
        if (running > 0 && !wish.Running && !wish.DryRun)
            return new Deletion(running, 0, []);
        var mark = Mark();
        var (files, shared, count) = (new List<string>(), 0, 0L);
        foreach (var trial in trials)
        {
            var left = Leave(trial, deletes: !wish.ArtifactsOnly);
            files.AddRange(left.Where(path => path.Goes).Select(path => Here(path.Path)!));
            shared += left.Count(path => !path.Goes);
            count += wish.ArtifactsOnly && left.Count == 0 ? 0 : 1;
        }

        if (wish.IsOfAll)
            Set(new SweepDeleted(sweep.Doc.Key));
        if (count > 0)
            KeepKeys();
        if (wish.DryRun)
            Undo(mark);
        return new Deletion(running, count, files, shared);
    }

    /// <summary>Of trials' keys, those that were given out and are in no sweep any more, unless other trials refer to their
    /// files.</summary>
    public IReadOnlyList<long> Deleted(IReadOnlyCollection<long> trials)
    {
        var lenders = _trials.OfType<LedgerTrial>().Select(trial => RootOf(trial.Doc)).ToHashSet();
        return [.. trials.Where(key => key > 0 && key < _next.Trial && TrialOf(key) is null && !lenders.Contains(key))];
    }

    /// <summary>Takes a trial's files away, and the trial itself where that is asked for.</summary>
    private List<(string Path, bool Goes)> Leave(LedgerTrial trial, bool deletes)
    {
        var (doc, root) = (trial.Doc, RootOf(trial.Doc));
        var checkpoints = trial.Checkpoints?.ToList() ?? [];
        // Nobody else knows of the model and the files of values: they go the way of the checkpoints.
        List<(string Path, CheckpointDocument? Known)> left =
        [
            .. checkpoints.Select(one => (one.Path, (CheckpointDocument?)one)),
            .. (doc.Files ?? []).Append(doc.ModelPath).OfType<string>().Distinct(StringComparer.Ordinal)
                .Except(checkpoints.Select(one => one.Path), StringComparer.Ordinal)
                .Select(path => (path, (CheckpointDocument?)null)),
        ];
        foreach (var checkpoint in checkpoints)
            Set(new CheckpointDeleted(checkpoint.Key));
        if (deletes)
        {
            Set(new TrialDeleted(doc.Key));
        }
        else if (left.Count > 0)
        {
            Set(new TrialPut(doc with
            {
                ModelPath = null, Files = null, LastCheckpoint = 0, BestCheckpoint = 0,
                CheckpointEpoch = TrialDocument.NoCheckpoint,
            }));
        }

        // Asked once it no longer refers to them itself.
        var paths = left.ConvertAll(one => (one.Path, Goes: !IsReferredTo(one.Path, root), one.Known));
        foreach (var (path, _, known) in paths.Where(one => one.Goes))
        {
            Set(new CheckpointPut(known is null
                ? new CheckpointDocument(_next.Checkpoint, 0, doc.Attempt, doc.EpochsDone, path, Obsolete: true)
                : known with { Key = _next.Checkpoint, Trial = 0, Obsolete = true }));
        }

        return paths.ConvertAll(one => (one.Path, one.Goes));
    }
}
