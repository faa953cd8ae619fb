using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>The books of checkpoint files: which are needed, which may go, which are to be deleted.</content>
public sealed partial class Ledger
{
    /// <summary>Checkpoint files that no resume needs any more: neither a trial's last nor its best, of a succeeded trial all but
    /// the last (and but the model, should it be the same file), and what a deleted trial has left. Forgets them; the caller
    /// deletes them. One that another trial refers to is forgotten, and stays.</summary>
    public IReadOnlyList<string> TakeObsolete(int limit)
    {
        var taken = _obsolete.Take(limit).Select(key => _checkpoints[key]).ToList();
        foreach (var checkpoint in taken)
            Set(new CheckpointDeleted(checkpoint.Key));
        if (taken.Count > 0)
            KeepKeys();
        return
        [
            .. taken.Where(one => !IsReferredTo(one.Path, RootOf(TrialOf(one.Trial)?.Doc)))
                .Select(one => Here(one.Path)!).Where(path => _rules.Place?.IsAnothers(path) != true),
        ];
    }

    /// <summary>All checkpoints that are kept, with what may become of them should space run short.</summary>
    public IReadOnlyList<StoredCheckpoint> Checkpoints() =>
    [
        .. _checkpoints.Values.Where(one => !one.Obsolete).OrderBy(one => one.Key).Select(one =>
        {
            var trial = TrialOf(one.Trial)!;
            var doc = trial.Doc;
            var rank = !doc.Wanted ? 0 : doc.State == TrialState.Succeeded ? 1 : 2;
            return new StoredCheckpoint(
                one.Key, trial.Sweep.Doc.Name, doc.Fingerprint.Id, Here(one.Path)!, Bytes: null, IsExpendable(doc, one.Path),
                rank, Instant(doc.FinishedAt));
        }),
    ];

    /// <summary>Makes checkpoints obsolete, as far as they are still expendable. Should such a trial be wanted again, it starts
    /// anew.</summary>
    /// <returns>How many.</returns>
    public int Expend(IReadOnlyCollection<long> keys)
    {
        var expended = 0;
        foreach (var key in keys)
        {
            if (!_checkpoints.TryGetValue(key, out var one) || TrialOf(one.Trial) is not { } trial
                || !IsExpendable(trial.Doc, one.Path))
            {
                continue;
            }
            if (!one.Obsolete)
                Set(new CheckpointPut(one with { Obsolete = true }));
            expended++;
        }

        return expended;
    }

    /// <summary>Where a file is that the store has a path of.</summary>
    private string? Here(string? path) => path is null ? null : _rules.Place?.Here(path) ?? path;

    private static bool IsExpendable(TrialDocument trial, string path) =>
        TrialPolicy.IsFinished(trial.State) && path != trial.ModelPath && trial.Files?.Contains(path) != true;

    /// <summary>Stores how far keys and fences were given out, for what was deleted: nothing gets its key again.</summary>
    private void KeepKeys() =>
        Set(new MetaPut(
            Meta with { Fence = _next.Fence, NextSweep = _next.Sweep, NextTrial = _next.Trial,
                NextCheckpoint = _next.Checkpoint }));
}
