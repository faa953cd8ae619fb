using System.Text;
using Npgsql;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Postgres;

/// <content>Reports and checkpoints.</content>
internal sealed partial class PostgresStore
{
    // Of each attempt: $1 trials, $2 attempts, $3 and $4 its lowest and highest epoch here. Of each epoch: $5 its attempt's place, $6 epochs, $7 and on what was measured.
    private const string AppendSql = """
        WITH asked AS MATERIALIZED (
            SELECT * FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::integer[]) WITH ORDINALITY AS a(trial_key, attempt, lowest, highest, place)
            ORDER BY a.trial_key),
        -- In the order of keys, as everybody locks several trials. LATERAL: one by one, by their key; the planner would read all that run.
        held AS MATERIALIZED (
            SELECT a.place, a.lowest, a.highest, t.trial_key, a.attempt, t.trial_id, t.epochs, t.last_checkpoint, t.best_checkpoint,
                   coalesce(a.lowest < 1 OR a.highest > t.epochs, false) AS foreign_epochs
            FROM asked a CROSS JOIN LATERAL (
                SELECT t.trial_key, t.trial_id, t.epochs, t.last_checkpoint, t.best_checkpoint FROM t_trials t
                WHERE t.trial_key = a.trial_key AND t.attempt = a.attempt AND t.state = 'running' FOR UPDATE) t),
        stored AS (
            INSERT INTO t_epochs(
                trial_key, epoch, attempt, train_elbo, train_recon, train_kl, valid_elbo, valid_recon, valid_kl, test_elbo, test_recon, test_kl,
                train_objective, beta, active_units, active_units_01, grad_norm, seconds, units)
            SELECT h.trial_key, r.epoch, h.attempt, r.v1, r.v2, r.v3, r.v4, r.v5, r.v6, r.v7, r.v8, r.v9, r.v10, r.v11, r.a1, r.a2, r.v12, r.seconds, r.units::json
            FROM unnest($5::integer[], $6::integer[], $7::float8[], $8::float8[], $9::float8[], $10::float8[], $11::float8[], $12::float8[],
                        $13::float8[], $14::float8[], $15::float8[], $16::float8[], $17::float8[], $18::integer[], $19::integer[], $20::float8[], $21::float8[], $22::text[])
                 AS r(place, epoch, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, a1, a2, v12, seconds, units)
                 JOIN held h USING (place)
            WHERE NOT EXISTS (SELECT FROM held WHERE foreign_epochs)
            ON CONFLICT DO NOTHING
            RETURNING trial_key, seconds),
        -- Summed in one pass: told how few they are supposed to be, the planner would join the two each with each.
        sums AS (
            SELECT trial_key, max(highest) AS highest, sum(epochs) AS epochs, sum(seconds) AS seconds
            FROM (SELECT trial_key, highest, 0 AS epochs, 0::double precision AS seconds FROM held WHERE highest IS NOT NULL
                  UNION ALL SELECT trial_key, NULL, 1, seconds FROM stored) parts
            GROUP BY trial_key),
        counted AS (
            UPDATE t_trials t
            SET epochs_done = t.epochs_done + s.epochs, seconds = t.seconds + s.seconds, attempt_epoch = greatest(t.attempt_epoch, s.highest)
            FROM sums s WHERE t.trial_key = s.trial_key AND NOT EXISTS (SELECT FROM held WHERE foreign_epochs))
        SELECT trial_key, attempt, trial_id, epochs, last_checkpoint, best_checkpoint, CASE WHEN foreign_epochs THEN CASE WHEN lowest < 1 THEN lowest ELSE highest END END FROM held
        """;

    // $1 trial, $2 attempt, $3 epoch, $4 path, $5 whether it is the best, $6 the trial's last and best until now. Failures and losses count in a row: a trial that gets on
    // is not given up.
    private const string RecordSql = """
        WITH recorded AS (
            INSERT INTO t_checkpoints(trial_key, attempt, epoch, path) VALUES ($1, $2, $3, $4)
            ON CONFLICT (trial_key, path) DO UPDATE SET attempt = excluded.attempt, epoch = excluded.epoch, obsolete = false
            RETURNING checkpoint_key),
        moved AS (
            UPDATE t_trials t SET last_checkpoint = r.checkpoint_key, best_checkpoint = CASE WHEN $5 THEN r.checkpoint_key ELSE t.best_checkpoint END, checkpoint_epoch = $3,
                failures = CASE WHEN $3 > coalesce(t.checkpoint_epoch, 0) THEN 0 ELSE t.failures END,
                losses = CASE WHEN $3 > coalesce(t.checkpoint_epoch, 0) THEN 0 ELSE t.losses END
            FROM recorded r WHERE t.trial_key = $1
            RETURNING t.last_checkpoint, t.best_checkpoint),
        replaced AS (
            UPDATE t_checkpoints k SET obsolete = true
            FROM moved m WHERE k.checkpoint_key = ANY($6) AND k.checkpoint_key <> m.last_checkpoint AND k.checkpoint_key IS DISTINCT FROM m.best_checkpoint)
        SELECT (SELECT count(*) FROM t_epochs WHERE trial_key = $1 AND epoch BETWEEN 1 AND $3), checkpoint_key FROM recorded
        """;

    public async Task<IReadOnlySet<AttemptKey>> AppendAsync(ReportBatch batch, CancellationToken cancellationToken)
    {
        var asked = batch.Epochs.Select(one => one.Attempt).Concat(batch.Checkpoints.Select(one => one.Attempt)).Distinct().ToList();
        var values = AppendValues(asked, batch.Epochs);
        // Most batches are epochs alone: one way to the server and back.
        if (batch.Checkpoints.Count == 0 && batch.Epochs.All(one => one.Report.Events.Count == 0))
            return Refused(await AtOnceAsync([(AppendSql, values)], ReadHeldTrial, cancellationToken));
        return await TransactAsync(
            async session =>
            {
                var held = await session.RowsAsync(ReadHeldTrial, AppendSql, values);
                var refused = Refused(held);
                await InsertEventsAsync(session, [.. batch.Epochs.Where(one => !refused.Contains(one.Attempt))]);
                var trials = held.ToDictionary(trial => trial.Key);
                foreach (var checkpoint in batch.Checkpoints.Where(one => !refused.Contains(one.Attempt)))
                    await RecordAsync(session, checkpoint, trials);
                return refused;
            },
            cancellationToken);

        IReadOnlySet<AttemptKey> Refused(IReadOnlyList<HeldTrial> held)
        {
            return held.FirstOrDefault(trial => trial.ForeignEpoch is not null) is { } trial
                ? throw new InvalidOperationException($"Trial {trial.TrialId} reported epoch {trial.ForeignEpoch}; it has epochs 1 to {trial.Epochs}.")
                : asked.Except(held.Select(one => new AttemptKey(one.Key, one.Attempt))).ToHashSet();
        }
    }

    public Task<IReadOnlyList<string>> TakeObsoleteCheckpointsAsync(int limit, CancellationToken cancellationToken) =>
        TransactAsync<IReadOnlyList<string>>(
            async session => await session.RowsAsync(
                row => row.GetString(0),
                """
                WITH taken AS MATERIALIZED (SELECT checkpoint_key FROM t_checkpoints WHERE obsolete ORDER BY checkpoint_key LIMIT $1 FOR UPDATE SKIP LOCKED)
                DELETE FROM t_checkpoints c USING taken WHERE c.checkpoint_key = taken.checkpoint_key AND c.obsolete RETURNING c.path
                """,
                limit),
            cancellationToken);

    private static object?[] AppendValues(List<AttemptKey> asked, IReadOnlyList<AttemptEpoch> epochs)
    {
        var places = new Dictionary<AttemptKey, int>(asked.Count);
        foreach (var attempt in asked)
            places.Add(attempt, places.Count + 1);
        var (lowest, highest) = (new int?[asked.Count], new int?[asked.Count]);
        foreach (var (attempt, report) in epochs)
        {
            var place = places[attempt] - 1;
            lowest[place] = Math.Min(lowest[place] ?? int.MaxValue, report.Epoch);
            highest[place] = Math.Max(highest[place] ?? int.MinValue, report.Epoch);
        }

        return
        [
            Column(asked, one => one.TrialKey), Column(asked, one => one.Attempt), lowest, highest, Column(epochs, one => places[one.Attempt]), Column(epochs, one => one.Report.Epoch),
            Real(one => one.TrainElbo), Real(one => one.TrainRecon), Real(one => one.TrainKl), Real(one => one.ValidElbo), Real(one => one.ValidRecon), Real(one => one.ValidKl),
            Real(one => one.TestElbo), Real(one => one.TestRecon), Real(one => one.TestKl), Real(one => one.TrainObjective), Real(one => one.Beta),
            Units(one => one.ActiveUnits), Units(one => one.ActiveUnits01), Real(one => one.GradNorm), Real(one => one.Seconds),
            Column(epochs, one => UnitsJson.Encode(one.Report.Units) is { } json ? Encoding.UTF8.GetString(json) : null),
        ];

        double?[] Real(Func<EpochReport, double> value) => Column(epochs, one => Measured(value(one.Report)));
        int?[] Units(Func<EpochReport, int> value) => Column(epochs, one => value(one.Report) is var units and >= 0 ? units : default(int?));
    }

    private static TValue[] Column<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        return column;
    }

    private static async Task InsertEventsAsync(Session session, IReadOnlyList<AttemptEpoch> epochs)
    {
        var events = epochs.SelectMany(one => one.Report.Events, (one, happened) => (one.Attempt, one.Report.Epoch, happened.Event, happened.Detail)).ToArray();
        if (events.Length == 0)
            return;
        await session.ExecuteAsync(
            // Of epochs that were known already, from an earlier attempt, the first report stays, with its events.
            """
            INSERT INTO t_events(trial_key, epoch, event, detail)
            SELECT r.trial_key, r.epoch, r.event, r.detail
            FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::text[], $5::text[]) AS r(trial_key, attempt, epoch, event, detail)
                 JOIN t_epochs e ON e.trial_key = r.trial_key AND e.epoch = r.epoch AND e.attempt = r.attempt
            ON CONFLICT DO NOTHING
            """,
            events.Select(one => one.Attempt.TrialKey).ToArray(), events.Select(one => one.Attempt.Attempt).ToArray(), events.Select(one => one.Epoch).ToArray(),
            events.Select(one => one.Event).ToArray(), events.Select(one => one.Detail).ToArray());
    }

    /// <summary>Makes a checkpoint the trial's last, and its best if it is; what it replaces becomes obsolete.</summary>
    private static async Task RecordAsync(Session session, AttemptCheckpoint checkpoint, Dictionary<long, HeldTrial> trials)
    {
        var trial = trials[checkpoint.Attempt.TrialKey];
        var (covered, key) = (await session.RowsAsync(
            row => (row.GetInt64(0), row.GetInt64(1)), RecordSql, trial.Key, trial.Attempt, checkpoint.Epoch, checkpoint.Path, checkpoint.Best,
            new[] { trial.LastCheckpoint, trial.BestCheckpoint }.OfType<long>().ToArray()))[0];
        if (covered != checkpoint.Epoch)
        {
            throw new InvalidOperationException(
                $"A checkpoint of trial {trial.TrialId} covers {checkpoint.Epoch} epochs, but only {covered} of them are stored. Append their reports with it or before it.");
        }

        var best = checkpoint.Best ? key : trial.BestCheckpoint;
        trials[trial.Key] = trial with { LastCheckpoint = key, BestCheckpoint = best };
    }

    /// <param name="ForeignEpoch">An epoch of the batch that the trial does not have; null when there is none.</param>
    private sealed record HeldTrial(long Key, int Attempt, string TrialId, int Epochs, long? LastCheckpoint, long? BestCheckpoint, int? ForeignEpoch);

    private static HeldTrial ReadHeldTrial(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetInt32(3), LongOrNull(row, 4), LongOrNull(row, 5), row.IsDBNull(6) ? null : row.GetInt32(6));
}
