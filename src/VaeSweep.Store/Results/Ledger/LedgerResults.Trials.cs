using System.Runtime.CompilerServices;

namespace VaeSweep.Store;

/// <content>Trials and their configurations.</content>
internal sealed partial class LedgerResults
{
    public IAsyncEnumerable<TrialRecord> TrialsAsync(TrialFilter which, TrialParts parts, CancellationToken cancellationToken) =>
        which.LastFinishedFirst ? LastFinishedAsync(which, parts, cancellationToken)
            : InOrderAsync(which, parts, cancellationToken);

    public async Task<IReadOnlyList<PointRecord>> PointsAsync(string sweep, CancellationToken cancellationToken)
    {
        var trials = await store.DoAsync((ledger, _) => ledger.TrialsOf(sweep), cancellationToken);
        var keys = trials.Select(trial => trial.Point).ToHashSet();
        if (keys.Count == 0)
            return [];
        var points = await store.DoAsync(
            (_, _) => store.Log.Points(keys.Min(), keys.Max()).Where(point => keys.Contains(point.Key))
                .ToList(), cancellationToken);
        var bases = new Dictionary<long, PointBase>();
        foreach (var key in points.Select(point => point.Base).Distinct())
        {
            bases.Add(
                key, new PointBase(key, await store.DoAsync((ledger, _) => store.PointText(ledger, key), cancellationToken)));
        }
        return [.. points.Select(point =>
            new PointRecord(point.Key, bases[point.Base], point.Base == point.Key ? "{}" : point.Text))];
    }

    private async IAsyncEnumerable<TrialRecord> InOrderAsync(
        TrialFilter which, TrialParts parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = which.Limit ?? int.MaxValue;
        await foreach (var (sweep, trials) in PartsAsync(which, _ => true, cancellationToken))
        {
            foreach (var record in await RecordsAsync(
                which, trials.ConvertAll(trial => (sweep, trial)), parts, cancellationToken))
            {
                if (left-- == 0)
                    yield break;
                yield return record;
            }
        }
    }

    private async IAsyncEnumerable<TrialRecord> LastFinishedAsync(
        TrialFilter which, TrialParts parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = new List<(string Sweep, TrialDocument Trial)>();
        foreach (var sweep in await NamesAsync(which, cancellationToken))
        {
            all.AddRange((await SelectAsync(which with { Ids = null, Points = null }, sweep, cancellationToken))
                .Where(trial => trial.FinishedAt != 0).Select(trial => (sweep, trial)));
        }
        var left = which.Limit ?? int.MaxValue;
        foreach (var part in all.OrderByDescending(one => one.Trial.FinishedAt).Chunk(TrialsAtOnce))
        {
            foreach (var record in await RecordsAsync(which, [.. part], parts, cancellationToken))
            {
                if (left-- == 0)
                    yield break;
                yield return record;
            }
        }
    }

    private async Task<List<TrialRecord>> RecordsAsync(
        TrialFilter which, List<(string Sweep, TrialDocument Trial)> trials, TrialParts parts,
        CancellationToken cancellationToken)
    {
        // The rest of the configuration and the workers are not in a trial's document.
        var more = parts.HasFlag(TrialParts.Configuration) || parts.HasFlag(TrialParts.Worker) || which.DeviceKind is not null
            || trials.Exists(one => one.Trial.Parent > 0)
            ? await store.DoAsync((ledger, _) => trials.ConvertAll(one => More(ledger, one.Trial, parts)), cancellationToken)
            : null;
        var records = new List<TrialRecord>(trials.Count);
        foreach (var (i, (sweep, trial)) in trials.Index())
        {
            var (config, worker, parent) = more?[i] ?? default;
            if (which.DeviceKind is not { } kind || worker?.Device.StartsWith($"{kind}:", StringComparison.Ordinal) == true)
                records.Add(Record(sweep, trial, parts, config, worker) with { Parent = parent });
        }

        return records;
    }

    private (string? Config, WorkerDocument? Worker, string? Parent) More(
        Ledger ledger, TrialDocument trial, TrialParts parts) => (
        parts.HasFlag(TrialParts.Configuration) ? store.ConfigOf(ledger, trial.Point, trial.Seed) : null,
        ledger.Attempts(trial.Key) is [.., var last] ? ledger.Worker(last) : null,
        ledger.Trial(trial.Parent)?.Fingerprint.Id);

    private TrialRecord Record(string sweep, TrialDocument trial, TrialParts parts, string? config, WorkerDocument? worker)
    {
        var record = new TrialRecord
        {
            Sweep = sweep, Id = trial.Fingerprint.Id, Index = trial.Index, Seed = trial.Seed, Point = trial.Point,
            State = trial.State, Wanted = trial.Wanted, Round = trial.Round,
        };
        if (parts.HasFlag(TrialParts.Fingerprint))
            record = record with { Fingerprint = trial.Fingerprint.ToString() };
        if (parts.HasFlag(TrialParts.Progress))
        {
            record = record with { Attempts = trial.Attempt, EpochsDone = trial.EpochsDone, Epochs = trial.Epochs,
                Seconds = trial.Seconds };
        }
        if (parts.HasFlag(TrialParts.Outcome))
        {
            record = record with
            {
                StartedAt = Instant(trial.StartedAt), FinishedAt = Instant(trial.FinishedAt), FailureClass = trial.FailureClass,
                Reason = trial.Reason,
                ModelPath = store.Here(trial.ModelPath), Source = trial.Source, Tags = trial.Tags ?? [], Note = trial.Note,
            };
        }

        if (config is not null)
            record = record with { Config = config };
        return parts.HasFlag(TrialParts.Worker) ? record with { Worker = worker?.Worker, Device = worker?.Device } : record;
    }
}
