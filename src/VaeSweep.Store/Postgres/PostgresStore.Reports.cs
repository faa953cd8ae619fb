using System.Text;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Postgres;

/// <content>Reports and checkpoints.</content>
internal sealed partial class PostgresStore
{
    private const string InsertEpochs = """
        WITH stored AS (
            INSERT INTO t_epochs(
                trial_key, epoch, attempt, train_elbo, train_recon, train_kl, valid_elbo, valid_recon, valid_kl, test_elbo, test_recon, test_kl,
                train_objective, beta, active_units, active_units_01, grad_norm, seconds, units)
            SELECT r.trial_key, r.epoch, r.attempt, r.v1, r.v2, r.v3, r.v4, r.v5, r.v6, r.v7, r.v8, r.v9, r.v10, r.v11, r.a1, r.a2, r.v12, r.seconds, r.units::json
            FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::float8[],
                        $10::float8[], $11::float8[], $12::float8[], $13::float8[], $14::float8[], $15::integer[], $16::integer[], $17::float8[], $18::float8[], $19::text[])
                 AS r(trial_key, epoch, attempt, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, a1, a2, v12, seconds, units)
            ON CONFLICT DO NOTHING
            RETURNING trial_key, seconds),
        sums AS (SELECT trial_key, count(*) AS epochs, sum(seconds) AS seconds FROM stored GROUP BY trial_key)
        UPDATE t_trials t
        SET epochs_done = t.epochs_done + coalesce(s.epochs, 0)::integer, seconds = t.seconds + coalesce(s.seconds, 0), attempt_epoch = greatest(t.attempt_epoch, l.epoch)
        FROM (SELECT trial_key, max(epoch) AS epoch FROM unnest($1::bigint[], $2::integer[]) AS r(trial_key, epoch) GROUP BY trial_key) l LEFT JOIN sums s USING (trial_key)
        WHERE t.trial_key = l.trial_key
        """;

    public Task<IReadOnlySet<AttemptKey>> AppendAsync(ReportBatch batch, CancellationToken cancellationToken)
    {
        var asked = batch.Epochs.Select(one => one.Attempt).Concat(batch.Checkpoints.Select(one => one.Attempt)).ToHashSet();
        return TransactAsync<IReadOnlySet<AttemptKey>>(
            async session =>
            {
                var trials = (await session.RowsAsync(
                    ReadTrialRow, $"{SelectTrialRow} WHERE t.trial_key = ANY($1) ORDER BY t.trial_key FOR UPDATE OF t", asked.Select(one => one.TrialKey).Distinct().ToArray()))
                    .ToDictionary(trial => trial.Key);
                var refused = asked.Where(attempt => !trials.TryGetValue(attempt.TrialKey, out var trial) || !trial.IsOwnedBy(attempt)).ToHashSet();
                await InsertEpochsAsync(session, [.. batch.Epochs.Where(one => !refused.Contains(one.Attempt))], trials);
                foreach (var checkpoint in batch.Checkpoints.Where(one => !refused.Contains(one.Attempt)))
                    await RecordAsync(session, checkpoint, trials);
                return refused;
            },
            cancellationToken);
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

    private static async Task InsertEpochsAsync(Session session, IReadOnlyList<AttemptEpoch> epochs, Dictionary<long, TrialRow> trials)
    {
        if (epochs.Count == 0)
            return;
        foreach (var (attempt, report) in epochs)
        {
            var trial = trials[attempt.TrialKey];
            if (report.Epoch < 1 || report.Epoch > trial.Epochs)
                throw new InvalidOperationException($"Trial {trial.TrialId} reported epoch {report.Epoch}; it has epochs 1 to {trial.Epochs}.");
        }

        await session.ExecuteAsync(
            InsertEpochs, Whole(one => one.Attempt.TrialKey), Count(one => one.Report.Epoch), Count(one => one.Attempt.Attempt), Real(one => one.TrainElbo),
            Real(one => one.TrainRecon), Real(one => one.TrainKl), Real(one => one.ValidElbo), Real(one => one.ValidRecon), Real(one => one.ValidKl),
            Real(one => one.TestElbo), Real(one => one.TestRecon), Real(one => one.TestKl), Real(one => one.TrainObjective), Real(one => one.Beta),
            Units(one => one.ActiveUnits), Units(one => one.ActiveUnits01), Real(one => one.GradNorm), Real(one => one.Seconds),
            epochs.Select(one => UnitsJson.Encode(one.Report.Units) is { } json ? Encoding.UTF8.GetString(json) : null).ToArray());
        await InsertEventsAsync(session, epochs);

        long[] Whole(Func<AttemptEpoch, long> value) => [.. epochs.Select(value)];
        int[] Count(Func<AttemptEpoch, int> value) => [.. epochs.Select(value)];
        double?[] Real(Func<EpochReport, double> value) => [.. epochs.Select(one => Measured(value(one.Report)))];
        int?[] Units(Func<EpochReport, int> value) => [.. epochs.Select(one => value(one.Report) is var units and >= 0 ? units : default(int?))];
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
    private static async Task RecordAsync(Session session, AttemptCheckpoint checkpoint, Dictionary<long, TrialRow> trials)
    {
        var trial = trials[checkpoint.Attempt.TrialKey];
        var covered = (long)(await session.ScalarAsync("SELECT count(*) FROM t_epochs WHERE trial_key = $1 AND epoch BETWEEN 1 AND $2", trial.Key, checkpoint.Epoch))!;
        if (covered != checkpoint.Epoch)
        {
            throw new InvalidOperationException(
                $"A checkpoint of trial {trial.TrialId} covers {checkpoint.Epoch} epochs, but only {covered} of them are stored. Append their reports with it or before it.");
        }

        var key = (long)(await session.ScalarAsync(
            """
            INSERT INTO t_checkpoints(trial_key, attempt, epoch, path) VALUES ($1, $2, $3, $4)
            ON CONFLICT (trial_key, path) DO UPDATE SET attempt = excluded.attempt, epoch = excluded.epoch, obsolete = false
            RETURNING checkpoint_key
            """,
            trial.Key, trial.Attempt, checkpoint.Epoch, checkpoint.Path))!;
        var best = checkpoint.Best ? key : trial.BestCheckpoint;
        await session.ExecuteAsync(
            // Failures and losses count in a row: a trial that gets on is not given up.
            """
            UPDATE t_trials SET last_checkpoint = $1, best_checkpoint = $2, checkpoint_epoch = $3,
                failures = CASE WHEN $3 > coalesce(checkpoint_epoch, 0) THEN 0 ELSE failures END,
                losses = CASE WHEN $3 > coalesce(checkpoint_epoch, 0) THEN 0 ELSE losses END
            WHERE trial_key = $4
            """,
            key, best ?? (object)DBNull.Value, checkpoint.Epoch, trial.Key);
        long[] replaced = [.. new[] { trial.LastCheckpoint, trial.BestCheckpoint }.OfType<long>().Where(old => old != key && old != best)];
        if (replaced.Length > 0)
            await session.ExecuteAsync("UPDATE t_checkpoints SET obsolete = true WHERE checkpoint_key = ANY($1)", replaced);
        trials[trial.Key] = trial with { LastCheckpoint = key, BestCheckpoint = best };
    }
}
