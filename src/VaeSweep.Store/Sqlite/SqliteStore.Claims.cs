using VaeSweep.Sweeps;

namespace VaeSweep.Store.Sqlite;

/// <content>The queue: claims, renewals, and leases that ran out.</content>
internal sealed partial class SqliteStore
{
    // CROSS JOIN fixes the order: sweeps by age, in each the first queued trial by index, and no sorting.
    private const string SelectHead = """
        SELECT t.trial_key, t.sweep_key, t.pack_id, t.checkpoint_epoch, s.room
        FROM (SELECT o.sweep_key, CASE WHEN o.max_running IS NOT NULL
                     THEN o.max_running - (SELECT count(*) FROM t_trials r INDEXED BY ix_trials_state WHERE r.sweep_key = o.sweep_key AND r.state = 'running') END AS room
              FROM t_sweeps o
              WHERE o.state = 'active' AND (?1 IS NULL OR o.name = ?1) AND (o.stack IS NULL OR ?2 IS NULL OR o.stack IN (?2, 'any'))
                AND EXISTS (SELECT 1 FROM t_trials q INDEXED BY ix_trials_state WHERE q.sweep_key = o.sweep_key AND q.state = 'queued')
                AND (o.max_running IS NULL
                     OR o.max_running > (SELECT count(*) FROM t_trials r INDEXED BY ix_trials_state WHERE r.sweep_key = o.sweep_key AND r.state = 'running'))
              ORDER BY o.priority DESC, o.sweep_key LIMIT 1) s
             CROSS JOIN t_trials t INDEXED BY ix_trials_state
        WHERE t.sweep_key = s.sweep_key AND t.state = 'queued'
        ORDER BY t.trial_index LIMIT 1
        """;

    private const string SelectPack = """
        SELECT trial_key FROM t_trials INDEXED BY ix_trials_packs
        WHERE sweep_key = ? AND pack_id = ? AND state = 'queued' AND checkpoint_epoch IS ?
        ORDER BY trial_index LIMIT ?
        """;

    private const string SelectClaim = """
        SELECT t.attempt, s.name, t.trial_id, c.config, p.pack_key, t.epochs, k.path, coalesce(k.epoch, 0)
        FROM t_trials t JOIN t_sweeps s USING (sweep_key) JOIN t_configs c USING (trial_key) JOIN t_packs p USING (pack_id)
             LEFT JOIN t_checkpoints k ON k.checkpoint_key = t.last_checkpoint
        WHERE t.trial_key = ?
        """;

    public Task<IReadOnlyList<Claim>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxTrials, 1);
        ArgumentException.ThrowIfNullOrEmpty(request.Token);
        var lease = Milliseconds(request.Lease);
        return _writer.WriteAsync<IReadOnlyList<Claim>>(
            db =>
            {
                var now = Now();
                var keys = RunningWith(db, request.Token);
                if (keys.Count > 0)
                {
                    foreach (var key in keys)
                        db.Execute("UPDATE t_trials SET lease_until = ? WHERE trial_key = ?", now + lease, key);
                }
                else
                {
                    keys = Queued(db, request);
                    if (keys.Count > 0)
                    {
                        var worker = WorkerKey(db, request);
                        foreach (var key in keys)
                            Take(db, key, worker, request.Token, now, lease);
                    }
                }

                return [.. keys.Select(key => ReadClaim(db, key))];
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<Directive>> RenewAsync(IReadOnlyList<AttemptKey> attempts, TimeSpan lease, CancellationToken cancellationToken)
    {
        var milliseconds = Milliseconds(lease);
        return _writer.WriteAsync<IReadOnlyList<Directive>>(
            db =>
            {
                var until = Now() + milliseconds;
                var directives = new List<Directive>(attempts.Count);
                foreach (var attempt in attempts)
                {
                    var trial = LoadTrial(db, attempt.TrialKey);
                    if (trial?.IsOwnedBy(attempt) != true)
                    {
                        directives.Add(Directive.Lost);
                        continue;
                    }

                    db.Execute("UPDATE t_trials SET lease_until = ? WHERE trial_key = ?", until, attempt.TrialKey);
                    directives.Add(TrialPolicy.DirectiveFor(trial.SweepState, trial.Wanted, trial.StopRequested));
                }

                return directives;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<AttemptKey>> RequeueExpiredAsync(CancellationToken cancellationToken) =>
        _writer.WriteAsync<IReadOnlyList<AttemptKey>>(
            db =>
            {
                var now = Now();
                var expired = new List<(AttemptKey Attempt, string Worker)>();
                using (var rows = db.Prepare(
                    """
                    SELECT t.trial_key, t.attempt, w.worker
                    FROM t_trials t JOIN t_attempts a ON a.trial_key = t.trial_key AND a.attempt = t.attempt JOIN t_workers w USING (worker_key)
                    WHERE t.state = 'running' AND t.lease_until < ?
                    """,
                    now))
                {
                    while (rows.Step())
                        expired.Add((new AttemptKey(rows.Long(0), rows.Int(1)), rows.Text(2)));
                }

                foreach (var (attempt, worker) in expired)
                {
                    var trial = LoadTrial(db, attempt.TrialKey)!;
                    EndFailed(db, attempt, trial, TrialPolicy.LostOutcome, FailureClass.Lost, $"{worker} was not heard of until its lease ran out", now);
                }

                return [.. expired.Select(one => one.Attempt)];
            },
            cancellationToken);

    private static List<long> RunningWith(SqliteConnection db, string token)
    {
        using var rows = db.Prepare("SELECT trial_key FROM t_attempts WHERE token = ? AND outcome IS NULL ORDER BY trial_key", token);
        return Keys(rows);
    }

    private static List<long> Queued(SqliteConnection db, ClaimRequest request)
    {
        long head, sweep, pack;
        long? checkpoint, room;
        using (var row = db.Prepare(SelectHead, request.Sweep, request.Stack))
        {
            if (!row.Step())
                return [];
            (head, sweep, pack, checkpoint, room) = (row.Long(0), row.Long(1), row.Long(2), row.LongOrNull(3), row.LongOrNull(4));
        }

        if (request.Stack is not null)
            db.Execute("UPDATE t_sweeps SET stack = ? WHERE sweep_key = ? AND stack IS NULL", request.Stack, sweep);
        if (request.MaxTrials == 1)
            return [head];
        using var rows = db.Prepare(SelectPack, sweep, pack, checkpoint, Math.Min(request.MaxTrials, room ?? long.MaxValue));
        return Keys(rows);
    }

    private static void Take(SqliteConnection db, long trialKey, long worker, string token, long now, long lease)
    {
        db.Execute(
            """
            UPDATE t_trials
            SET state = 'running', attempt = attempt + 1, lease_until = ?, started_at = coalesce(started_at, ?), attempt_epoch = coalesce(checkpoint_epoch, 0)
            WHERE trial_key = ?
            """,
            now + lease, now, trialKey);
        db.Execute(
            """
            INSERT INTO t_attempts(trial_key, attempt, worker_key, token, started_at, from_epoch)
            SELECT trial_key, attempt, ?, ?, ?, attempt_epoch FROM t_trials WHERE trial_key = ?
            """,
            worker, token, now, trialKey);
    }

    private static long WorkerKey(SqliteConnection db, ClaimRequest request)
    {
        var provenance = request.Provenance ?? "";
        if (db.Scalar("SELECT worker_key FROM t_workers WHERE worker = ? AND device = ? AND provenance = ?", request.Worker, request.Device, provenance) is long known)
            return known;
        db.Execute(
            "INSERT INTO t_workers(worker, device, node, provenance) VALUES (?, ?, ?, ?)", request.Worker, request.Device, request.Node, provenance);
        return db.LastInsertRowId;
    }

    private static Claim ReadClaim(SqliteConnection db, long trialKey)
    {
        using var row = db.Prepare(SelectClaim, trialKey);
        row.Step();
        return new Claim(
            new AttemptKey(trialKey, row.Int(0)), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Int(5), row.TextOrNull(6), row.Int(7));
    }

    private static List<long> Keys(SqliteStatement rows)
    {
        var keys = new List<long>();
        while (rows.Step())
            keys.Add(rows.Long(0));
        return keys;
    }
}
