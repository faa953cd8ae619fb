using System.Text.Json;

namespace VaeSweep.Store.Sqlite;

/// <content>Leader leases and nodes.</content>
internal sealed partial class SqliteStore
{
    public Task<long?> TryLeadAsync(string duty, string holder, TimeSpan lease, CancellationToken cancellationToken)
    {
        var milliseconds = Milliseconds(lease);
        return _writer.WriteAsync(
            db =>
            {
                var now = Now();
                // A holder that renews in time keeps its term; everybody else, itself included when it came too late, begins a new one.
                return db.Scalar(
                    """
                    INSERT INTO t_leaders(duty, holder, term, expires_at) VALUES (?1, ?2, 1, ?3 + ?4)
                    ON CONFLICT(duty) DO UPDATE SET
                        term = CASE WHEN holder = ?2 AND expires_at >= ?3 THEN term ELSE term + 1 END, holder = ?2, expires_at = ?3 + ?4
                    WHERE holder IS NULL OR holder = ?2 OR expires_at < ?3
                    RETURNING term
                    """,
                    duty, holder, now, milliseconds) as long?;
            },
            cancellationToken);
    }

    public Task ResignAsync(string duty, string holder, long term, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            db => db.Execute("UPDATE t_leaders SET holder = NULL, expires_at = 0 WHERE duty = ? AND holder = ? AND term = ?", duty, holder, term), cancellationToken);

    public Task HeartbeatAsync(NodeInfo node, TimeSpan lease, CancellationToken cancellationToken)
    {
        var milliseconds = Milliseconds(lease);
        return _writer.WriteAsync(
            db =>
            {
                // Seen before anything is written: statements that an older program knows may mean something else by now.
                SqliteSchema.RequireKnown(db);
                return db.Execute(
                    """
                    INSERT INTO t_nodes(node, host, devices, version, provenance, started_at, seen_at, alive_until, load, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6 + ?7, ?8, ?9)
                    ON CONFLICT(node) DO UPDATE SET host = excluded.host, devices = excluded.devices, version = excluded.version,
                        provenance = excluded.provenance, seen_at = excluded.seen_at, alive_until = excluded.alive_until,
                        load = excluded.load, note = excluded.note
                    """,
                    node.Node, node.Host, JsonSerializer.Serialize(node.Devices), node.Version, node.Provenance, Now(), milliseconds, node.Load, node.Note);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync<IReadOnlyList<NodeStatus>>(
            db =>
            {
                var now = Now();
                var nodes = new List<NodeStatus>();
                using var rows = db.Prepare(
                    """
                    SELECT n.node, n.host, n.devices, n.version, n.provenance, n.started_at, n.seen_at, n.alive_until,
                           (SELECT count(*) FROM t_trials t JOIN t_attempts a ON a.trial_key = t.trial_key AND a.attempt = t.attempt JOIN t_workers w USING (worker_key)
                            WHERE t.state = 'running' AND w.node = n.node), n.load, n.note, EXISTS (SELECT 1 FROM t_leaders l WHERE l.holder = n.node AND l.expires_at >= ?1)
                    FROM t_nodes n ORDER BY n.started_at, n.node
                    """,
                    now);
                while (rows.Step())
                {
                    var info = new NodeInfo(rows.Text(0), rows.Text(1), JsonSerializer.Deserialize<string[]>(rows.Text(2))!, rows.Text(3), rows.TextOrNull(4)) { Load = rows.TextOrNull(9), Note = rows.TextOrNull(10) };
                    nodes.Add(new NodeStatus(info, Instant(rows.Long(5)), Instant(rows.Long(6)), rows.Long(7) >= now, rows.Int(8)) { Leads = rows.Int(11) != 0 });
                }

                return nodes;
            },
            cancellationToken);
}
