using System.Runtime.CompilerServices;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Results of a store whose Ledger holds the trials in memory and whose log holds what they produced.</summary>
/// <remarks>Documents never change: which trials there are is asked once and is of one moment; what they produced is read some
/// trials at a time, between the store's other work.</remarks>
internal sealed partial class LedgerResults(LedgerStore store) : IResults
{
    /// <summary>Trials and epochs that are read at once: a few milliseconds.</summary>
    private const int TrialsAtOnce = 500;
    private const int EpochsAtOnce = 5_000;
    private const int EventsAtOnce = 2_000;

    public Task<IReadOnlyList<SweepStatus>> SweepsAsync(CancellationToken cancellationToken) =>
        store.ListSweepsAsync(cancellationToken);

    public async IAsyncEnumerable<EvaluationRecord> EvaluationsAsync(
        TrialFilter which, string? metric, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var scores = ReadAsync(which, one => TrialPolicy.IsFinished(one.State),
            static (log, first, last) => log.Evaluations(first, last), one => one.Trial, cancellationToken);
        await foreach (var (sweep, trial, found) in scores)
        {
            foreach (var (_, one) in found)
            {
                if (metric is null || one.Metric == metric)
                {
                    yield return new EvaluationRecord(
                        sweep, trial.Fingerprint.Id, trial.Seed, trial.Point, trial.Wanted, one.Metric, one.Value, one.Samples,
                        one.Images, store.Here(one.File));
                }
            }
        }
    }

    public async IAsyncEnumerable<AttemptRecord> AttemptsAsync(
        TrialFilter which, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (sweep, trials) in PartsAsync(which, one => one.Attempt > 0, cancellationToken))
        {
            var attempts = await store.DoAsync(
                (ledger, _) => trials.SelectMany(trial =>
                    ledger.Attempts(trial.Key).Select(one => (trial, one, ledger.Worker(one)))).ToList(), cancellationToken);
            foreach (var (trial, one, worker) in attempts)
            {
                yield return new AttemptRecord(
                    sweep, trial.Fingerprint.Id, one.Ordinal, worker.Worker, worker.Device, Instant(one.StartedAt)!.Value,
                    Instant(one.EndedAt), one.FromEpoch,
                    one.Outcome is null ? trial.AttemptEpoch : one.ToEpoch, one.Outcome, one.Reason, one.FailureClass,
                    worker.Provenance.Length == 0 ? null : worker.Provenance);
            }
        }
    }

    public async IAsyncEnumerable<EventRecord> EventsAsync(
        TrialFilter which, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var sweep in await NamesAsync(which, cancellationToken))
        {
            List<TrialDocument> trials = [.. await SelectAsync(which, sweep, cancellationToken)];
            for (var next = 0; next < trials.Count;)
            {
                var first = next;
                (var found, next) = await store.DoAsync((_, _) => SomeEvents(trials, first), cancellationToken);
                foreach (var (place, one) in found.OrderBy(one => one.Place).ThenBy(one => one.Event.Epoch)
                    .ThenBy(one => one.Event.Event, StringComparer.Ordinal))
                {
                    yield return new EventRecord(
                        sweep, trials[place].Fingerprint.Id, one.Epoch, one.Event, one.Detail);
                }
            }
        }
    }

    /// <summary>Events of trials, as many as are read at once. Most trials have none: keys that follow each other are asked for
    /// together, however many they are.</summary>
    /// <returns>Each with its trial's place, and the place of the first trial that was not asked for.</returns>
    private (List<(int Place, EventDocument Event)> Found, int Next) SomeEvents(List<TrialDocument> trials, int next)
    {
        var found = new List<(int, EventDocument)>();
        for (var runs = 0; next < trials.Count && runs < TrialsAtOnce; runs++)
        {
            var (first, last) = (next, next);
            while (last + 1 < trials.Count && trials[last + 1].Key == trials[last].Key + 1)
                last++;
            next = last + 1;
            foreach (var one in store.Log.Events(trials[first].Key, trials[last].Key))
            {
                var place = first + (int)(one.Trial - trials[first].Key);
                // Of each trial all or nothing.
                if (found.Count >= EventsAtOnce && found[^1].Item1 != place)
                    return (found, place);
                found.Add((place, one));
            }
        }

        return (found, next);
    }

    /// <summary>What the log holds of trials, one trial after the other in the order of the filter; those without are left
    /// out.</summary>
    /// <param name="may">Whether a trial may have something.</param>
    private async IAsyncEnumerable<(string Sweep, TrialDocument Trial, List<T> Found)> ReadAsync<T>(
        TrialFilter which, Func<TrialDocument, bool> may, Func<ILedgerLog, long, long, IEnumerable<T>> read,
        Func<T, long> trialOf,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (sweep, trials) in PartsAsync(which, may, cancellationToken))
        {
            var found = await store.DoAsync(
                (_, _) => Ranges(trials).SelectMany(range => read(store.Log, range.First, range.Last))
                    .ToLookup(trialOf), cancellationToken);
            foreach (var trial in trials)
            {
                if (found[trial.Key].ToList() is { Count: > 0 } its)
                    yield return (sweep, trial, its);
            }
        }
    }

    /// <summary>Trials in the order of the filter, as many at once as are read at once.</summary>
    private async IAsyncEnumerable<(string Sweep, List<TrialDocument> Trials)> PartsAsync(
        TrialFilter which, Func<TrialDocument, bool> may, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var sweep in await NamesAsync(which, cancellationToken))
        {
            var (part, epochs) = (new List<TrialDocument>(), 0);
            foreach (var trial in (await SelectAsync(which, sweep, cancellationToken)).Where(may))
            {
                if (part.Count == TrialsAtOnce || (part.Count > 0 && epochs + trial.EpochsDone > EpochsAtOnce))
                {
                    yield return (sweep, part);
                    (part, epochs) = ([], 0);
                }

                part.Add(trial);
                epochs += trial.EpochsDone;
            }

            if (part.Count > 0)
                yield return (sweep, part);
        }
    }

    private async Task<IEnumerable<string>> NamesAsync(TrialFilter which, CancellationToken cancellationToken) =>
        which.Sweep is { } one ? [one] : (await store.ListSweepsAsync(cancellationToken)).Select(status => status.Name);

    /// <summary>The trials of a sweep that a filter asks for, in its order.</summary>
    private async Task<IEnumerable<TrialDocument>> SelectAsync(
        TrialFilter which, string sweep, CancellationToken cancellationToken)
    {
        // Those that run are few, and asked for often.
        IEnumerable<TrialDocument> some = await store.DoAsync(
            (ledger, _) => which.State == TrialState.Running ? ledger.RunningOf(sweep) : ledger.TrialsOf(sweep),
            cancellationToken);
        if (which.Wanted)
            some = some.Where(trial => trial.Wanted);
        if (which.State is { } state)
            some = some.Where(trial => trial.State == state);
        if (which.Ids is { } ids)
        {
            var places = ids.Select(RequireId).Distinct(StringComparer.Ordinal).Index()
                .ToDictionary(one => one.Item, one => one.Index, StringComparer.Ordinal);
            return some.Select(trial => (Trial: trial, Place: places.GetValueOrDefault(trial.Fingerprint.Id, -1)))
                .Where(one => one.Place >= 0).OrderBy(one => one.Place).Select(one => one.Trial);
        }

        if (which.Points is { } points)
        {
            var wanted = points.ToHashSet();
            some = some.Where(trial => wanted.Contains(trial.Point));
        }

        return some.OrderBy(trial => trial.Index).ThenBy(trial => trial.Key);
    }

    private static string RequireId(string id) => id.All(char.IsAsciiHexDigit) ? id
        : throw new ArgumentException($"'{id}' is no id of a trial: ids are hexadecimal digits.", nameof(id));

    /// <summary>Keys in a row, so that the log reads them at once.</summary>
    private static IEnumerable<(long First, long Last)> Ranges(List<TrialDocument> trials)
    {
        long[] keys = [.. trials.Select(trial => trial.Key).Order()];
        for (int first = 0, last; first < keys.Length; first = last + 1)
        {
            last = first;
            while (last + 1 < keys.Length && keys[last + 1] == keys[last] + 1)
                last++;
            yield return (keys[first], keys[last]);
        }
    }

    private static DateTimeOffset? Instant(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}
