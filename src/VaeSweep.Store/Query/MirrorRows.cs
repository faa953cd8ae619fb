using System.Text;
using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Writes the Ledger's documents as rows of the tables under the documented views.</summary>
/// <param name="here">Where a file is that the store has a path of.</param>
internal sealed class MirrorRows(MirrorDatabase db, Func<string?, string?> here)
{
    private static readonly string _insertEpoch =
        $"""
        INSERT OR IGNORE INTO t_epochs(
            trial_key, epoch, attempt, {string.Join(", ", MetricList.Curves.Select(metric => metric.Name))})
        VALUES (?, ?, ?{string.Concat(MetricList.Curves.Select(_ => ", ?"))})
        """;

    public void Write(Change change)
    {
        switch (change)
        {
            case SweepPut { Document: var sweep }:
                db.Execute(
                    """
                    INSERT OR REPLACE INTO t_sweeps(
                        sweep_key, name, state, definition, created_at, priority, max_running, stack, reason, tags, note)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    sweep.Key, sweep.Name, Words.Of(sweep.State), sweep.Definition, Milliseconds(sweep.CreatedAt),
                    sweep.Priority, sweep.MaxConcurrent, sweep.Stack, sweep.Reason, Tags(sweep.Tags), sweep.Note);
                break;
            case SweepDeleted deleted:
                db.Execute("DELETE FROM t_sweeps WHERE sweep_key = ?", deleted.Key);
                break;
            case TrialPut put:
                Write(put.Document);
                break;
            case TrialDeleted deleted:
                Delete(deleted.Key);
                break;
            case PointPut put:
                Write(put.Document);
                break;
            case WorkerPut { Document: var worker }:
                db.Execute(
                    "INSERT OR REPLACE INTO t_workers(worker_key, worker, device, node, provenance) VALUES (?, ?, ?, ?, ?)",
                    worker.Key, worker.Worker, worker.Device, worker.Node, worker.Provenance);
                break;
            case AttemptPut { Document: var attempt }:
                db.Execute(
                    """
                    INSERT OR REPLACE INTO t_attempts(
                        trial_key, attempt, worker_key, started_at, ended_at, from_epoch, to_epoch, outcome,
                        failure_class, reason)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    attempt.Trial, attempt.Ordinal, attempt.Worker, Milliseconds(attempt.StartedAt),
                    Milliseconds(attempt.EndedAt),
                    attempt.FromEpoch, attempt.Outcome is null ? null : attempt.ToEpoch, attempt.Outcome,
                    Words.Of(attempt.FailureClass), attempt.Reason);
                break;
            case ReportsAppended appended:
                foreach (var report in appended.Reports)
                    Write(appended.Trial, appended.Attempt, report);
                break;
            case EventPut { Document: var happened }:
                db.Execute(
                    $"INSERT OR {(happened.IsOfSearch ? "REPLACE" : "IGNORE")} INTO t_events(trial_key, epoch, event, "
                        + "detail) VALUES (?, ?, ?, ?)",
                    happened.Trial, happened.Epoch, happened.Event, happened.Detail);
                break;
            case EvaluationPut put:
                Write(put.Document);
                break;
            case NodePut put:
                Write(put.Document);
                break;
            default:
                throw new InvalidOperationException($"{change.GetType().Name} is no row of a view.");
        }
    }

    private void Write(TrialDocument trial) => db.Execute(
        """
        INSERT OR REPLACE INTO t_trials(
            trial_key, sweep_key, trial_id, fingerprint, trial_index, seed, epochs, wanted, state, attempt, attempt_epoch,
            epochs_done, seconds, started_at, finished_at, failure_class, reason, model_path, point_key, tags,
            note, taken_from, imported, round, parent_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        trial.Key, trial.Sweep, trial.Fingerprint.Id, trial.Fingerprint.ToBytes(), trial.Index, trial.Seed, trial.Epochs,
        trial.Wanted, Words.Of(trial.State), trial.Attempt, trial.AttemptEpoch, trial.EpochsDone, trial.Seconds,
        Milliseconds(trial.StartedAt),
        Milliseconds(trial.FinishedAt), Words.Of(trial.FailureClass), trial.Reason, here(trial.ModelPath), trial.Point,
        Tags(trial.Tags), trial.Note, trial.Source is { IsImported: false } from ? from.Name : null,
        trial.Source is { IsImported: true } file ? file.Name : null, trial.Round,
        trial.Parent == 0 ? null : trial.Parent);

    private void Delete(long trial)
    {
        db.Execute("DELETE FROM t_units WHERE units_key IN (SELECT units_key FROM t_epochs WHERE trial_key = ?)", trial);
        foreach (var table in (ReadOnlySpan<string>)["t_epochs", "t_events", "t_evaluations", "t_attempts", "t_trials"])
            db.Execute($"DELETE FROM {table} WHERE trial_key = ?", trial);
    }

    private void Write(PointDocument point)
    {
        var isBase = point.Base == point.Key;
        var against = isBase ? null : (string)db.Scalar("SELECT config FROM t_points WHERE point_key = ?", point.Base)!;
        var text = against is null ? point.Text : PointChanges.Applied(against, point.Text);
        // SQLite counts characters where .NET counts halves of some.
        var seedAt = point.SeedAt - text.Take(Math.Max(point.SeedAt, 0)).Count(char.IsLowSurrogate);
        db.Execute("INSERT OR IGNORE INTO t_points(point_key, config, seed_at) VALUES (?, ?, ?)", point.Key, text, seedAt);
        db.Execute(
            "INSERT OR IGNORE INTO t_point_changes(point_key, base_key, changes) VALUES (?, ?, ?)",
            point.Key, point.Base, isBase ? "{}" : point.Text);
    }

    /// <summary>The first report of an epoch stays, and one that is told again changes nothing.</summary>
    private void Write(long trial, int attempt, EpochReport report)
    {
        object?[] values = [trial, report.Epoch, attempt, .. MetricList.Curves.Select(metric => Value(metric.Curve!, report))];
        var written = db.Execute(_insertEpoch, values);
        if (written == 0 || UnitsJson.Encode(report.Units) is not { } json)
            return;
        db.Execute("INSERT INTO t_units(units) VALUES (?)", Encoding.UTF8.GetString(json));
        db.Execute(
            "UPDATE t_epochs SET units_key = ? WHERE trial_key = ? AND epoch = ?", db.LastInsertRowId, trial, report.Epoch);
    }

    private void Write(EvaluationDocument one) => db.Execute(
        """
        INSERT OR REPLACE INTO t_evaluations(trial_key, metric, samples, images, value, file, sweep_key, point_key, seed)
        SELECT trial_key, ?2, ?3, ?4, ?5, ?6, sweep_key, point_key, seed FROM t_trials WHERE trial_key = ?1
        """,
        one.Trial, one.Evaluation.Metric, one.Evaluation.Samples, one.Evaluation.Images, one.Evaluation.Value,
        here(one.Evaluation.File));

    private void Write(NodeDocument node) => db.Execute(
        """
        INSERT OR REPLACE INTO t_nodes(node, host, devices, version, provenance, started_at, seen_at, alive_until, load, note)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        node.Info.Node, node.Info.Host, JsonSerializer.Serialize(node.Info.Devices), node.Info.Version, node.Info.Provenance,
        Milliseconds(node.StartedAt), Milliseconds(node.SeenAt), Milliseconds(node.AliveUntil) ?? 0, node.Info.Load,
        node.Info.Note);

    private static string? Tags(IReadOnlyList<string>? tags) => tags is { Count: > 0 } ? string.Join(',', tags) : null;

    private static object? Value(MetricCurve curve, EpochReport report) =>
        curve.Of(report) is var value && curve.Whole ? double.IsNaN(value) ? null : (long)value : value;

    private static long? Milliseconds(long ticks) =>
        ticks == 0 ? null : (ticks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
