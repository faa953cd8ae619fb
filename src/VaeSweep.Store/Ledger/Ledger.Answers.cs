using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>What is asked of it.</content>
public sealed partial class Ledger
{
    /// <summary>All sweeps, the oldest first.</summary>
    public IReadOnlyList<SweepStatus> Sweeps() => [.. _sweepsByKey.Values.OrderBy(one => one.Doc.Key).Select(Status)];

    /// <returns>Null when there is no sweep of that name.</returns>
    public SweepStatus? Sweep(string name) => SweepOf(name) is { } sweep ? Status(sweep) : null;

    /// <summary>Finds trials by the start of their fingerprint, in one sweep or in all; by sweep and index. Upper case will do,
    /// an empty prefix finds all.</summary>
    public IReadOnlyList<TrialStatus> Find(string prefix, string? sweep, int limit)
    {
        var digits = prefix.ToLowerInvariant();
        if (!digits.All(char.IsAsciiHexDigit))
            return [];
        var found = new List<TrialStatus>();
        foreach (var one in _sweepsByKey.Values.Where(one => sweep is null || one.Doc.Name == sweep).OrderBy(one => one.Doc.Key))
        {
            if (found.Count >= limit)
                break;
            var trials = digits.Length == 0 ? one.Trials : one.Trials.Where(trial => trial.Doc.Fingerprint.StartsWith(digits));
            found.AddRange(trials.OrderBy(trial => trial.Doc.Index).ThenBy(trial => trial.Doc.Key).Take(limit - found.Count)
                .Select(Status));
        }

        return found;
    }

    /// <summary>Every file that is known of a sweep's trials, whoever refers to it. A trial without files is listed
    /// too.</summary>
    public IReadOnlyList<TrialFiles> Files(string sweep)
    {
        var borrowers = (_borrowed.Count == 0 ? [] : _trials.OfType<LedgerTrial>())
            .Where(trial => trial.Doc.Source is { IsImported: false }).ToLookup(trial => trial.Doc.Source!.Trial);
        return
        [
            .. SweepOf(sweep)?.Trials.OrderBy(trial => trial.Doc.Key).Select(trial => new TrialFiles(
                trial.Doc.Key, trial.Doc.Fingerprint.Id, trial.Doc.State, trial.Doc.Attempt,
                [.. PathsOf(trial), .. borrowers[trial.Doc.Key].SelectMany(PathsOf)])) ?? [],
        ];
    }

    /// <summary>All trials of a sweep as they stand, in no order.</summary>
    public TrialDocument[] TrialsOf(string sweep) => SweepOf(sweep) is { } known
        ? [.. known.Trials.Select(trial => trial.Doc)] : [];

    /// <summary>Those of a sweep's trials that run, in no order.</summary>
    public TrialDocument[] RunningOf(string sweep) => SweepOf(sweep) is { } known
        ? [.. known.Running.Select(trial => trial.Doc)] : [];

    /// <summary>Who worked in an attempt.</summary>
    public WorkerDocument Worker(AttemptDocument attempt) => WorkerOf(attempt);

    /// <summary>A trial's document.</summary>
    /// <returns>Null when there is none of that key.</returns>
    public TrialDocument? Trial(long key) => TrialOf(key)?.Doc;

    /// <summary>A trial's attempts, the first one first.</summary>
    public IReadOnlyList<AttemptDocument> Attempts(long trialKey) => [.. TrialOf(trialKey)?.Attempts ?? []];

    /// <summary>The attempt as people see it.</summary>
    public AttemptKey KeyOf(AttemptFence attempt) =>
        new(attempt.Trial, TrialOf(attempt.Trial)?.Find(attempt.Fence)?.Ordinal ?? 0);

    /// <summary>Every document, as <see cref="Load"/> takes them: in an order that does not depend on how they came to be. Points
    /// are with those who store them.</summary>
    public IEnumerable<Change> Documents()
    {
        if (_meta is not null)
            yield return new MetaPut(_meta);
        foreach (var setting in _settings.OrderBy(one => one.Key, StringComparer.Ordinal))
            yield return new SettingPut(setting.Key, setting.Value);
        for (var i = 1; i < _packTexts.Count; i++)
            yield return new PackPut(new PackDocument(i, _packTexts[i]));
        foreach (var worker in _workerDocuments)
            yield return new WorkerPut(worker);
        foreach (var sweep in _sweepsByKey.Values.OrderBy(one => one.Doc.Key))
            yield return new SweepPut(sweep.Doc);
        foreach (var trial in _trials.OfType<LedgerTrial>())
        {
            yield return new TrialPut(trial.Doc);
            foreach (var attempt in trial.Attempts)
                yield return new AttemptPut(attempt);
        }

        foreach (var checkpoint in _checkpoints.Values.OrderBy(one => one.Key))
            yield return new CheckpointPut(checkpoint);
        foreach (var node in _nodes.Values.OrderBy(one => one.Info.Node, StringComparer.Ordinal))
            yield return new NodePut(node);
    }

    private static IEnumerable<string> PathsOf(LedgerTrial trial) =>
        (trial.Checkpoints?.Select(one => one.Path) ?? []).Concat(trial.Doc.ModelPath is { } model ? [model] : []);

    private SweepStatus Status(LedgerSweep sweep) => new(
        sweep.Doc.Key, sweep.Doc.Name, sweep.Doc.State, Instant(sweep.Doc.CreatedAt)!.Value, sweep.Doc.Definition, sweep.Counts(),
        sweep.EpochsDone, sweep.EpochsTotal)
    {
        Priority = sweep.Doc.Priority, MaxConcurrent = sweep.Doc.MaxConcurrent, Stack = sweep.Doc.Stack,
        Reason = sweep.Doc.Reason,
        Retired = sweep.Retired, Tags = sweep.Doc.Tags, Note = sweep.Doc.Note,
        ToCome = sweep.Doc.ToCome + sweep.Doc.ToConfirm, IsUnsettled = sweep.Doc.IsUnsettled,
    };

    /// <remarks>Without the configuration, which is stored elsewhere: the point and the seed name it.</remarks>
    private TrialStatus Status(LedgerTrial trial)
    {
        var doc = trial.Doc;
        return new TrialStatus(
            doc.Key, trial.Sweep.Doc.Name, doc.Fingerprint.Id, doc.Fingerprint.ToString(), doc.Seed, doc.State, doc.Wanted,
            doc.Attempt,
            trial.Last is { } last ? WorkerOf(last).Worker : null, Instant(doc.StartedAt), Instant(doc.FinishedAt),
            doc.EpochsDone, doc.Epochs, doc.FailureClass,
            doc.Reason, ConfigJson: "", Here(trial.Checkpoint(doc.LastCheckpoint)?.Path), Here(doc.ModelPath))
        {
            Tags = doc.Tags ?? [], Note = doc.Note, Source = doc.Source,
        };
    }
}
