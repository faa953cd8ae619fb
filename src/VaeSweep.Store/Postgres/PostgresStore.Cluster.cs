using System.Text.Json;

namespace VaeSweep.Store.Postgres;

/// <content>Leader leases and nodes.</content>
internal sealed partial class PostgresStore
{
    public Task<long?> TryLeadAsync(string duty, string holder, TimeSpan lease, CancellationToken cancellationToken)
    {
        var milliseconds = Milliseconds(lease);
        return TransactAsync(
            async session =>
            {
                // Most who ask only learn that another leads: without a lock, on a row that all of them would write.
                if (await session.ScalarAsync($"SELECT term FROM t_leaders WHERE duty = $2 AND holder <> $3 AND expires_at >= {NowSql}", session.Clock, duty, holder) is long)
                    return null;
                // A holder that renews in time keeps its term; everybody else, itself included when it came too late, begins a new one.
                return await session.ScalarAsync(
                    $"""
                    INSERT INTO t_leaders AS l (duty, holder, term, expires_at) VALUES ($2, $3, 1, {NowSql} + $4)
                    ON CONFLICT (duty) DO UPDATE SET
                        term = CASE WHEN l.holder = $3 AND l.expires_at >= {NowSql} THEN l.term ELSE l.term + 1 END, holder = $3, expires_at = {NowSql} + $4
                    WHERE l.holder IS NULL OR l.holder = $3 OR l.expires_at < {NowSql}
                    RETURNING term
                    """,
                    session.Clock, duty, holder, milliseconds) as long?;
            },
            cancellationToken);
    }

    public Task ResignAsync(string duty, string holder, long term, CancellationToken cancellationToken) =>
        TransactAsync(
            session => session.ExecuteAsync("UPDATE t_leaders SET holder = NULL, expires_at = 0 WHERE duty = $1 AND holder = $2 AND term = $3", duty, holder, term), cancellationToken);

    public async Task HeartbeatAsync(NodeInfo node, TimeSpan lease, CancellationToken cancellationToken)
    {
        var milliseconds = Milliseconds(lease);
        var versions = await AtOnceAsync(
            [(BearsLoss, []), (
                // Nothing is written where the schema is newer: statements that an older program knows may mean something else by now.
                $"""
                WITH clock AS MATERIALIZED (SELECT {NowSql} AS now),
                schema AS MATERIALIZED (SELECT max(version) AS version FROM t_schema),
                beat AS (
                    INSERT INTO t_nodes(node, host, devices, version, provenance, started_at, seen_at, alive_until, load, note)
                    SELECT $2, $3, $4::json, $5, $6, now, now, now + $7, $8::json, $9 FROM clock CROSS JOIN schema WHERE schema.version <= $10
                    ON CONFLICT (node) DO UPDATE SET host = excluded.host, devices = excluded.devices, version = excluded.version,
                        provenance = excluded.provenance, seen_at = excluded.seen_at, alive_until = excluded.alive_until,
                        load = excluded.load, note = excluded.note)
                SELECT version FROM schema
                """,
                [
                    Now(), node.Node, node.Host, JsonSerializer.Serialize(node.Devices), node.Version, node.Provenance, milliseconds, node.Load, node.Note,
                    PostgresSchema.Newest,
                ])],
            row => row.GetInt32(0), cancellationToken);
        if (versions[0] > PostgresSchema.Newest)
            throw SchemaWords.Newer(Location, versions[0], PostgresSchema.Newest);
    }

    public Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken) =>
        TransactAsync<IReadOnlyList<NodeStatus>>(
            async session => await session.RowsAsync(
                row => new NodeStatus(
                    new NodeInfo(row.GetString(0), row.GetString(1), JsonSerializer.Deserialize<string[]>(row.GetString(2))!, row.GetString(3), TextOrNull(row, 4))
                    {
                        Load = TextOrNull(row, 9), Note = TextOrNull(row, 10),
                    },
                    Instant(row.GetInt64(5)), Instant(row.GetInt64(6)), row.GetBoolean(7), (int)row.GetInt64(8))
                {
                    Leads = row.GetBoolean(11),
                },
                $"""
                SELECT n.node, n.host, n.devices::text, n.version, n.provenance, n.started_at, n.seen_at, n.alive_until >= {NowSql},
                       coalesce(r.trials, 0), n.load::text, n.note, EXISTS (SELECT FROM t_leaders l WHERE l.holder = n.node AND l.expires_at >= {NowSql})
                FROM t_nodes n
                     LEFT JOIN (SELECT w.node, count(*) AS trials FROM t_attempts a JOIN t_workers w USING (worker_key) WHERE a.outcome IS NULL GROUP BY w.node) r USING (node)
                ORDER BY n.started_at, n.node
                """,
                session.Clock),
            cancellationToken);
}
