using System.Collections.Concurrent;
using Npgsql;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Postgres;

/// <content>The queue: claims, renewals, and leases that ran out.</content>
internal sealed partial class PostgresStore
{
    private const int ExpiredAtOnce = 500;

    private const int MostClaims = 64;

    // Another at the same time would step over all that the first has locked.
    private const int ClaimWays = 1;

    /// <summary>A second try of a claim must not overtake the first, which may still be running on the server. In order, as everybody locks several.</summary>
    private const string LockTokens = "SELECT pg_advisory_xact_lock(token) FROM (SELECT DISTINCT hashtextextended(t, 0) AS token FROM unnest($1::text[]) t ORDER BY 1) tokens";

    /// <summary>Claims of a sweep with a limit follow each other, so that each counts what those before it took; so do those that may fix its software. In the
    /// order of keys, as everybody locks several.</summary>
    private const string LockGuarded = """
        SELECT pg_advisory_xact_lock(1447380805, guarded.sweep_key::integer)
        FROM (SELECT sweep_key FROM t_sweeps
              WHERE state = 'active' AND ($1::text IS NULL OR name = $1) AND (max_running IS NOT NULL OR stack IS NULL AND $2::text IS NOT NULL)
              ORDER BY sweep_key) guarded
        """;

    /// <summary>The row of queue row q's trial, when it is queued indeed and nobody else has it. One by one, as the queue is read.</summary>
    private const string LockQueued = "SELECT t.trial_key FROM t_trials t WHERE t.trial_key = q.trial_key AND t.state = 'queued' FOR UPDATE SKIP LOCKED";

    /// <summary>A claim reads a few rows of a queue in its order, by index and by key. What the planner believes of a sweep that came only just now, or of a limit that it
    /// does not know yet, lets it read and sort the whole queue for them. Not compiled: what is forbidden counts as dear, and what is dear would be.</summary>
    private const string ByIndex = """
        SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true),
               set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)
        """;

    // MATERIALIZED: the planner may otherwise run a locking subquery again for each row that it joins, and claim more than the limit.
    // $1 clock, $2 lease, $4 sweep, $7 stack; of each request $3 token, $5 most, $6 worker
    private const string ClaimSql = $"""
        WITH clock AS MATERIALIZED (SELECT {NowSql} AS now),
        asked AS MATERIALIZED (SELECT * FROM unnest($3::text[], $5::integer[], $6::bigint[]) WITH ORDINALITY AS a(token, most, worker_key, place)),
        mine AS MATERIALIZED (
            SELECT x.trial_key, x.attempt, a.place
            FROM asked a CROSS JOIN LATERAL (SELECT trial_key, attempt FROM t_attempts WHERE token = a.token AND outcome IS NULL OFFSET 0) x),
        recovered AS (
            UPDATE t_trials t SET lease_until = (SELECT now FROM clock) + $2
            FROM mine m
            WHERE t.trial_key = m.trial_key AND t.attempt = m.attempt AND t.state = 'running'
            RETURNING t.trial_key, t.sweep_key, t.trial_id, t.pack_id, t.epochs, t.attempt, t.last_checkpoint, t.trial_index, m.place::integer AS place),
        -- An array, as those below: what the server believes of its length, a few, keeps it from joining each with each or reading whole tables.
        slots AS MATERIALIZED (
            SELECT array_agg(a.place::integer ORDER BY a.place) AS places
            FROM asked a CROSS JOIN generate_series(1, a.most) WHERE NOT EXISTS (SELECT FROM recovered r WHERE r.place = a.place)),
        head AS MATERIALIZED (
            SELECT q.*, s.room
            FROM (SELECT sweep_key, CASE WHEN max_running IS NOT NULL
                         THEN max_running - (SELECT count(*) FROM t_attempts x JOIN t_trials r USING (trial_key) WHERE x.outcome IS NULL AND r.sweep_key = o.sweep_key) END AS room
                  FROM t_sweeps o
                  WHERE state = 'active' AND ($4::text IS NULL OR name = $4) AND (stack IS NULL OR $7::text IS NULL OR stack IN ($7, 'any'))
                  ORDER BY priority DESC, sweep_key) s
                 CROSS JOIN LATERAL (
                    SELECT q.sweep_key, q.pack_id, q.checkpoint_epoch
                    FROM (SELECT * FROM t_queue WHERE sweep_key = s.sweep_key ORDER BY trial_index) q CROSS JOIN LATERAL ({LockQueued}) t
                    ORDER BY q.trial_index LIMIT 1) q
            WHERE (SELECT places FROM slots) IS NOT NULL AND (s.room IS NULL OR s.room > 0)
            LIMIT 1),
        fixed AS (UPDATE t_sweeps s SET stack = $7 FROM head h WHERE s.sweep_key = h.sweep_key AND s.stack IS NULL AND $7::text IS NOT NULL),
        given AS MATERIALIZED (
            SELECT g.trial_key, (SELECT places FROM slots)[g.slot::integer] AS place
            FROM unnest(ARRAY(
                SELECT p.trial_key
                FROM head h CROSS JOIN LATERAL (
                    SELECT q.trial_key, q.trial_index
                    FROM (SELECT * FROM t_queue
                          WHERE sweep_key = h.sweep_key AND pack_id = h.pack_id AND checkpoint_epoch = h.checkpoint_epoch ORDER BY trial_index) q
                         CROSS JOIN LATERAL ({LockQueued}) t
                    ORDER BY q.trial_index LIMIT least(cardinality((SELECT places FROM slots)), h.room)) p
                ORDER BY p.trial_index)) WITH ORDINALITY AS g(trial_key, slot)),
        taken AS (DELETE FROM t_queue q USING given WHERE q.trial_key = given.trial_key),
        claimed AS (
            UPDATE t_trials t
            SET state = 'running', claimed_by = session_user, attempt = t.attempt + 1, lease_until = (SELECT now FROM clock) + $2, started_at = coalesce(t.started_at, (SELECT now FROM clock)),
                attempt_epoch = coalesce(t.checkpoint_epoch, 0)
            FROM given WHERE t.trial_key = given.trial_key
            RETURNING t.trial_key, t.sweep_key, t.trial_id, t.pack_id, t.epochs, t.attempt, t.last_checkpoint, t.trial_index, given.place, t.attempt_epoch),
        noted AS (
            INSERT INTO t_attempts(trial_key, attempt, worker_key, token, started_at, from_epoch)
            SELECT c.trial_key, c.attempt, ($6::bigint[])[c.place], ($3::text[])[c.place], (SELECT now FROM clock), c.attempt_epoch FROM claimed c)
        SELECT t.trial_key, t.attempt, s.name, t.trial_id, c.config::text, p.pack_key, t.epochs, k.path, coalesce(k.epoch, 0), t.place
        FROM (SELECT trial_key, sweep_key, trial_id, pack_id, epochs, attempt, last_checkpoint, trial_index, place FROM claimed UNION ALL SELECT * FROM recovered) t
             JOIN t_sweeps s USING (sweep_key) JOIN t_configs c USING (trial_key) JOIN t_packs p USING (pack_id)
             LEFT JOIN t_checkpoints k ON k.checkpoint_key = t.last_checkpoint
        ORDER BY t.place, t.trial_index
        """;

    private readonly ConcurrentDictionary<(string Worker, string Device, string Provenance), long> _workers = new();
    private readonly Together<(ClaimRequest Request, long Worker), IReadOnlyList<Claim>> _claims;

    public async Task<IReadOnlyList<Claim>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxTrials, 1);
        ArgumentException.ThrowIfNullOrEmpty(request.Token);
        _ = Milliseconds(request.Lease);
        var worker = await WorkerKeyAsync(request, cancellationToken);
        return await _claims.AskAsync((request, worker), cancellationToken);
    }

    /// <summary>The workers of one process do not step over each other's locks: they ask as one, and share what they get in the order they came.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<Claim>>> ClaimTogetherAsync(IReadOnlyList<(ClaimRequest Request, long Worker)> asked)
    {
        var answers = new Dictionary<string, IReadOnlyList<Claim>>(StringComparer.Ordinal);
        foreach (var alike in asked.GroupBy(one => (one.Request.Sweep, one.Request.Stack, one.Request.Lease)))
        {
            // One token asked for twice at the same time is one.
            var waiting = alike.DistinctBy(one => one.Request.Token).Where(one => !answers.ContainsKey(one.Request.Token)).ToList();
            while (waiting.Count > 0)
            {
                var got = await ClaimOnceAsync(waiting);
                foreach (var (i, claims) in got)
                    answers[waiting[i].Request.Token] = claims;
                // Trials that fit together may run out while there are others.
                waiting = got.Count == 0 ? [] : [.. waiting.Where((_, i) => !got.ContainsKey(i))];
            }
        }

        return [.. asked.Select(one => answers.GetValueOrDefault(one.Request.Token, []))];
    }

    /// <returns>By the place of those who got something.</returns>
    private async Task<Dictionary<int, IReadOnlyList<Claim>>> ClaimOnceAsync(List<(ClaimRequest Request, long Worker)> asked)
    {
        var first = asked[0].Request;
        var tokens = Column(asked, one => one.Request.Token);
        var rows = await AtOnceAsync(
            [(ByIndex, []), (LockTokens, [tokens]), (LockGuarded, [first.Sweep, first.Stack]),
             (ClaimSql,
             [
                 Now(), Milliseconds(first.Lease), tokens, first.Sweep, Column(asked, one => one.Request.MaxTrials), Column(asked, one => one.Worker), first.Stack,
             ])],
            row => (Place: row.GetInt32(9) - 1, Claim: new Claim(
                new AttemptKey(row.GetInt64(0), row.GetInt32(1)), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetInt32(6),
                TextOrNull(row, 7), row.GetInt32(8))),
            CancellationToken.None);
        return rows.GroupBy(row => row.Place, row => row.Claim).ToDictionary(place => place.Key, IReadOnlyList<Claim> (place) => [.. place]);
    }

    public Task<IReadOnlyList<Directive>> RenewAsync(IReadOnlyList<AttemptKey> attempts, TimeSpan lease, CancellationToken cancellationToken)
    {
        var milliseconds = Milliseconds(lease);
        // A renewal that a crash of the server undoes leaves a shorter lease: the fence holds all the same.
        return AtOnceAsync(
            [(BearsLoss, []), (
                $"""
                WITH asked AS MATERIALIZED (SELECT * FROM unnest($2::bigint[], $3::integer[]) WITH ORDINALITY AS a(trial_key, attempt, place) ORDER BY a.trial_key),
                -- In the order of keys, as everybody locks several trials: else two that renew and append would wait for each other.
                held AS MATERIALIZED (
                    SELECT t.trial_key, a.place FROM asked a CROSS JOIN LATERAL (
                        SELECT t.trial_key FROM t_trials t WHERE t.trial_key = a.trial_key AND t.attempt = a.attempt AND t.state = 'running' FOR UPDATE) t),
                renewed AS (
                    UPDATE t_trials t SET lease_until = {NowSql} + $4 FROM held WHERE t.trial_key = held.trial_key
                    RETURNING held.place, t.wanted, t.stop_requested, t.sweep_key)
                SELECT r.wanted, r.stop_requested, s.state FROM asked a LEFT JOIN renewed r USING (place) LEFT JOIN t_sweeps s USING (sweep_key) ORDER BY a.place
                """,
                [Now(), Column(attempts, attempt => attempt.TrialKey), Column(attempts, attempt => attempt.Attempt), milliseconds])],
            row => row.IsDBNull(0) ? Directive.Lost : TrialPolicy.DirectiveFor(Words.Parse<SweepState>(row.GetString(2)), row.GetBoolean(0), row.GetBoolean(1)),
            cancellationToken);
    }

    public async Task<IReadOnlyList<AttemptKey>> RequeueExpiredAsync(CancellationToken cancellationToken)
    {
        var ended = new List<AttemptKey>();
        while (true)
        {
            var some = await TransactAsync(RequeueSomeAsync, cancellationToken);
            ended.AddRange(some);
            if (some.Count < ExpiredAtOnce)
                return ended;
        }
    }

    private static async Task<List<AttemptKey>> RequeueSomeAsync(Session session)
    {
        var expired = await session.RowsAsync(
            ReadTrialRow,
            $"""
            {SelectTrialRow} WHERE t.trial_key IN (SELECT trial_key FROM t_attempts WHERE outcome IS NULL) AND t.state = 'running' AND t.lease_until < {NowSql}
            ORDER BY t.trial_key LIMIT {ExpiredAtOnce} FOR UPDATE OF t SKIP LOCKED
            """,
            session.Clock);
        if (expired.Count == 0)
            return [];
        var workers = (await session.RowsAsync(
            row => (Key: row.GetInt64(0), Worker: row.GetString(1)),
            """
            SELECT t.trial_key, w.worker FROM t_trials t JOIN t_attempts a ON a.trial_key = t.trial_key AND a.attempt = t.attempt JOIN t_workers w USING (worker_key)
            WHERE t.trial_key = ANY($1)
            """,
            expired.Select(trial => trial.Key).ToArray())).ToDictionary(one => one.Key, one => one.Worker);
        foreach (var trial in expired)
        {
            await EndFailedAsync(
                session, trial, TrialPolicy.LostOutcome, FailureClass.Lost, $"{workers[trial.Key]} was not heard of until its lease ran out");
        }

        return [.. expired.Select(trial => new AttemptKey(trial.Key, trial.Attempt))];
    }

    /// <summary>Asked once for each worker: the answer never changes.</summary>
    private async Task<long> WorkerKeyAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        var identity = (request.Worker, request.Device, request.Provenance ?? "");
        if (_workers.TryGetValue(identity, out var known))
            return known;
        var key = await TransactAsync(
            async session => (long)(await session.ScalarAsync(
                """
                INSERT INTO t_workers(worker, device, node, provenance) VALUES ($1, $2, $3, $4)
                ON CONFLICT (worker, device, provenance) DO UPDATE SET node = excluded.node RETURNING worker_key
                """,
                request.Worker, request.Device, request.Node, request.Provenance ?? ""))!,
            cancellationToken);
        return _workers.GetOrAdd(identity, key);
    }
}
