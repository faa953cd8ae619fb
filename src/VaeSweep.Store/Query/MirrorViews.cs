using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>The documented views in SQL. Their columns are those of <see cref="ViewCatalog"/>, in its order.</summary>
internal static class MirrorViews
{
    // Before what is made of it: initialisers run in their order.
    private static readonly string _curves = string.Join(", ", MetricList.Curves.Select(m => $"e.{m.Name} AS {m.Name}"));

    public static string Drop { get; } = string.Concat(ViewCatalog.Views.Select(view => $"DROP VIEW IF EXISTS {view.Name};\n"));

    /// <remarks>In `points` a LEFT JOIN stands though each row has its partner: a query that does not ask for whole
    /// configurations then does without them.</remarks>
    public static string Create { get; } = $"""
        CREATE VIEW sweeps AS
        SELECT s.name AS sweep, s.name AS name, s.state AS state,
               (SELECT count(*) FROM t_trials t WHERE t.sweep_key = s.sweep_key AND t.wanted) AS trials,
               {Time("s.created_at")} AS created_at, s.definition AS definition,
               s.priority AS priority, s.max_running AS max_concurrent, s.stack AS stack, s.reason AS reason,
               s.tags AS tags, s.note AS note
        FROM t_sweeps s;

        CREATE VIEW trials AS
        SELECT s.name AS sweep, t.trial_id AS trial, lower(hex(t.fingerprint)) AS fingerprint, t.seed AS seed, t.state AS state,
               t.attempt AS attempts,
               (SELECT w.worker FROM t_attempts a JOIN t_workers w USING (worker_key)
                WHERE a.trial_key = t.trial_key AND a.attempt = t.attempt) AS worker,
               {Time("t.started_at")} AS started_at, {Time("t.finished_at")} AS finished_at, t.seconds AS seconds,
               t.reason AS reason,
               (SELECT c.config FROM t_configs c WHERE c.trial_key = t.trial_key) AS config,
               t.failure_class AS failure_class, t.epochs_done AS epochs_done, t.epochs AS epochs,
               t.trial_index AS trial_index, t.wanted AS wanted,
               t.model_path AS model_path, t.point_key AS point, t.tags AS tags, t.note AS note,
               t.taken_from AS taken_from, t.imported AS imported, t.round AS round,
               (SELECT p.trial_id FROM t_trials p WHERE p.trial_key = t.parent_key) AS parent
        FROM t_trials t JOIN t_sweeps s USING (sweep_key);

        CREATE VIEW points AS
        SELECT c.point_key AS point, p.config AS config, c.base_key AS base, c.changes AS changes
        FROM t_point_changes c LEFT JOIN t_points p ON p.point_key = c.point_key;

        CREATE VIEW epochs AS
        SELECT s.name AS sweep, t.trial_id AS trial, e.epoch AS epoch,
               {_curves}, e.attempt AS attempt
        FROM t_epochs e JOIN t_trials t USING (trial_key) JOIN t_sweeps s USING (sweep_key);

        CREATE VIEW units AS
        SELECT s.name AS sweep, t.trial_id AS trial, e.epoch AS epoch, l.key + 1 AS layer, u.key + 1 AS unit,
               json_extract(u.value, '$[0]') AS activity, json_extract(u.value, '$[1]') AS kl
        FROM t_epochs e JOIN t_trials t USING (trial_key) JOIN t_sweeps s USING (sweep_key) JOIN t_units x USING (units_key),
             json_each(x.units) l, json_each(l.value) u;

        CREATE VIEW events AS
        SELECT s.name AS sweep, t.trial_id AS trial, v.epoch AS epoch, v.event AS event, v.detail AS detail
        FROM t_events v JOIN t_trials t USING (trial_key) JOIN t_sweeps s USING (sweep_key);

        CREATE VIEW evaluations AS
        SELECT s.name AS sweep, t.trial_id AS trial, v.metric AS metric, v.value AS value, v.samples AS samples,
               v.images AS images,
               t.seed AS seed, t.point_key AS point, t.wanted AS wanted, v.file AS file
        FROM t_evaluations v JOIN t_trials t USING (trial_key) JOIN t_sweeps s ON s.sweep_key = t.sweep_key;

        CREATE VIEW scores AS
        SELECT s.name AS sweep, v.metric AS metric, v.point_key AS point, v.seed AS seed, v.value AS value, v.samples AS samples
        FROM t_evaluations v JOIN t_sweeps s USING (sweep_key);

        CREATE VIEW attempts AS
        SELECT s.name AS sweep, t.trial_id AS trial, a.attempt AS attempt, w.worker AS worker, w.device AS device,
               {Time("a.started_at")} AS started_at, {Time("a.ended_at")} AS ended_at, a.from_epoch AS from_epoch,
               CASE WHEN a.outcome IS NULL THEN t.attempt_epoch ELSE a.to_epoch END AS to_epoch,
               a.outcome AS outcome, a.reason AS reason,
               a.failure_class AS failure_class, nullif(w.provenance, '') AS provenance
        FROM t_attempts a JOIN t_trials t USING (trial_key) JOIN t_sweeps s USING (sweep_key) JOIN t_workers w USING (worker_key);

        CREATE VIEW nodes AS
        SELECT n.node AS node, n.host AS host, n.devices AS devices, n.version AS version, {Time("n.started_at")} AS started_at,
               {Time("n.seen_at")} AS seen_at, {Time("n.alive_until")} AS alive_until, n.provenance AS provenance,
               n.load AS load, n.note AS note
        FROM t_nodes n;
        """;

    private static string Time(string column) => $"strftime('%Y-%m-%dT%H:%M:%fZ', {column} / 1000.0, 'unixepoch')";
}
