using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>The tables under the documented views, with what the views need and no more.</summary>
/// <remarks>Named t_*: the plain names belong to the views. Times are integer milliseconds since 1970, UTC.</remarks>
internal static class MirrorTables
{
    // Before what is made of it: initialisers run in their order.
    private static readonly string _curves = string.Join(
        ", ", MetricList.Curves.Select(metric => $"{metric.Name} {(metric.Curve!.Whole ? "INTEGER" : "REAL")}"));

    public static string Create { get; } = $"""
        CREATE TABLE t_sweeps (
            sweep_key INTEGER PRIMARY KEY, name TEXT, state TEXT, definition TEXT, created_at INTEGER, priority INTEGER,
            max_running INTEGER, stack TEXT, reason TEXT, tags TEXT, note TEXT);

        CREATE TABLE t_trials (
            trial_key INTEGER PRIMARY KEY, sweep_key INTEGER, trial_id TEXT, fingerprint BLOB, trial_index INTEGER, seed INTEGER,
            epochs INTEGER, wanted INTEGER, state TEXT, attempt INTEGER, attempt_epoch INTEGER, epochs_done INTEGER, seconds REAL,
            started_at INTEGER, finished_at INTEGER, failure_class TEXT, reason TEXT, model_path TEXT, point_key INTEGER,
            tags TEXT, note TEXT, taken_from TEXT, imported TEXT, round INTEGER, parent_key INTEGER);

        -- Views are joined by trial and sweep.
        CREATE INDEX ix_trials_identity ON t_trials(trial_id, sweep_key);
        CREATE INDEX ix_trials_sweeps ON t_trials(sweep_key, wanted);

        CREATE TABLE t_points (point_key INTEGER PRIMARY KEY, config TEXT, seed_at INTEGER);

        CREATE TABLE t_point_changes (point_key INTEGER PRIMARY KEY, base_key INTEGER, changes TEXT);

        -- A trial's configuration is its point's with the seed in its place: not kept a second time.
        CREATE VIEW t_configs AS
        SELECT t.trial_key AS trial_key, CASE WHEN p.seed_at < 0 THEN p.config
               ELSE substr(p.config, 1, p.seed_at) || ',"seed":' || t.seed || substr(p.config, p.seed_at + 1) END AS config
        FROM t_trials t JOIN t_points p USING (point_key);

        CREATE TABLE t_workers (worker_key INTEGER PRIMARY KEY, worker TEXT, device TEXT, node TEXT, provenance TEXT);

        CREATE TABLE t_attempts (
            trial_key INTEGER, attempt INTEGER, worker_key INTEGER, started_at INTEGER, ended_at INTEGER, from_epoch INTEGER,
            to_epoch INTEGER, outcome TEXT, failure_class TEXT, reason TEXT, PRIMARY KEY (trial_key, attempt)) WITHOUT ROWID;

        CREATE TABLE t_epochs (
            trial_key INTEGER, epoch INTEGER, attempt INTEGER, {_curves}, units_key INTEGER,
            PRIMARY KEY (trial_key, epoch)) WITHOUT ROWID;

        -- JSON, one entry a layer, in it one pair [activity, kl] a unit.
        CREATE TABLE t_units (units_key INTEGER PRIMARY KEY, units TEXT);

        CREATE TABLE t_events (
            trial_key INTEGER, epoch INTEGER, event TEXT, detail TEXT, PRIMARY KEY (trial_key, epoch, event)) WITHOUT ROWID;

        CREATE TABLE t_evaluations (
            trial_key INTEGER, metric TEXT, samples INTEGER, images INTEGER, value REAL, file TEXT, sweep_key INTEGER,
            point_key INTEGER, seed INTEGER, PRIMARY KEY (trial_key, metric, samples)) WITHOUT ROWID;

        CREATE TABLE t_nodes (
            node TEXT PRIMARY KEY, host TEXT, devices TEXT, version TEXT, provenance TEXT, started_at INTEGER, seen_at INTEGER,
            alive_until INTEGER, load TEXT, note TEXT) WITHOUT ROWID;
        """;
}
