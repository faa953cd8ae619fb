using VaeSweep.Sweeps;

namespace VaeSweep.Store.Sqlite;

/// <content>Reports and checkpoints.</content>
internal sealed partial class SqliteStore
{
    private const string InsertEpoch = """
        INSERT OR IGNORE INTO t_epochs(
            trial_key, epoch, attempt, train_elbo, train_recon, train_kl, valid_elbo, valid_recon, valid_kl, test_elbo, test_recon, test_kl,
            train_objective, beta, active_units, active_units_01, grad_norm, seconds, units_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const int UnitsKeyParameter = 19;

    public Task<IReadOnlySet<AttemptKey>> AppendAsync(ReportBatch batch, CancellationToken cancellationToken)
    {
        // Encoded here, on the caller's thread: the writer's is the one that all share.
        var groups = AppendGroup.Of(batch);
        return _writer.WriteAsync<IReadOnlySet<AttemptKey>>(
            db =>
            {
                var refused = new HashSet<AttemptKey>();
                foreach (var group in groups)
                {
                    if (LoadTrial(db, group.Attempt.TrialKey) is { } trial && trial.IsOwnedBy(group.Attempt))
                        Append(db, group, trial);
                    else
                        refused.Add(group.Attempt);
                }

                return refused;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<string>> TakeObsoleteCheckpointsAsync(int limit, CancellationToken cancellationToken) =>
        _writer.WriteAsync<IReadOnlyList<string>>(
            db =>
            {
                var paths = new List<string>();
                using var rows = db.Prepare(
                    """
                    DELETE FROM t_checkpoints
                    WHERE checkpoint_key IN (SELECT checkpoint_key FROM t_checkpoints WHERE obsolete ORDER BY checkpoint_key LIMIT ?) RETURNING path
                    """,
                    limit);
                while (rows.Step())
                    paths.Add(rows.Text(0));
                return paths;
            },
            cancellationToken);

    private static void Append(SqliteConnection db, AppendGroup group, TrialRow trial)
    {
        var (stored, seconds, last) = (0, 0.0, trial.AttemptEpoch);
        using (var insert = db.Prepare(InsertEpoch))
        using (var insertUnits = db.Prepare("INSERT INTO t_units(units) VALUES (?)"))
        {
            foreach (var (report, units) in group.Epochs)
            {
                if (report.Epoch < 1 || report.Epoch > trial.Epochs)
                    throw new InvalidOperationException($"Trial {trial.TrialId} reported epoch {report.Epoch}; it has epochs 1 to {trial.Epochs}.");
                BindEpoch(insert, group.Attempt, report);
                var unitsKey = units is null ? null : AppendUnits(db, insertUnits, units);
                insert.Bind(UnitsKeyParameter, unitsKey);
                insert.Run();
                last = Math.Max(last, report.Epoch);
                if (db.Changes == 0)
                {
                    // Known already, from an earlier send or an earlier attempt: the first report stays, with its units.
                    if (unitsKey is not null)
                        db.Execute("DELETE FROM t_units WHERE units_key = ?", unitsKey);
                    continue;
                }

                foreach (var (happened, detail) in report.Events)
                    db.Execute("INSERT OR IGNORE INTO t_events(trial_key, epoch, event, detail) VALUES (?, ?, ?, ?)", group.Attempt.TrialKey, report.Epoch, happened, detail);
                stored++;
                seconds += report.Seconds;
            }
        }

        if (stored > 0 || last > trial.AttemptEpoch)
        {
            db.Execute(
                "UPDATE t_trials SET epochs_done = epochs_done + ?, seconds = seconds + ?, attempt_epoch = ? WHERE trial_key = ?",
                stored, seconds, last, group.Attempt.TrialKey);
        }

        var (lastCheckpoint, bestCheckpoint) = (trial.LastCheckpoint, trial.BestCheckpoint);
        foreach (var checkpoint in group.Checkpoints)
            (lastCheckpoint, bestCheckpoint) = Record(db, checkpoint, trial.TrialId, lastCheckpoint, bestCheckpoint);
    }

    private static long? AppendUnits(SqliteConnection db, SqliteStatement insert, byte[] units)
    {
        insert.BindUtf8(1, units);
        insert.Run();
        return db.LastInsertRowId;
    }

    private static void BindEpoch(SqliteStatement insert, AttemptKey attempt, EpochReport report)
    {
        insert.Bind(1, attempt.TrialKey);
        insert.Bind(2, report.Epoch);
        insert.Bind(3, attempt.Attempt);
        insert.Bind(4, report.TrainElbo);
        insert.Bind(5, report.TrainRecon);
        insert.Bind(6, report.TrainKl);
        insert.Bind(7, report.ValidElbo);
        insert.Bind(8, report.ValidRecon);
        insert.Bind(9, report.ValidKl);
        insert.Bind(10, report.TestElbo);
        insert.Bind(11, report.TestRecon);
        insert.Bind(12, report.TestKl);
        insert.Bind(13, report.TrainObjective);
        insert.Bind(14, report.Beta);
        BindCount(insert, 15, report.ActiveUnits);
        BindCount(insert, 16, report.ActiveUnits01);
        insert.Bind(17, report.GradNorm);
        insert.Bind(18, report.Seconds);
    }

    private static void BindCount(SqliteStatement insert, int index, int count)
    {
        if (count < 0)
            insert.BindNull(index);
        else
            insert.Bind(index, count);
    }

    /// <summary>Makes a checkpoint the trial's last, and its best if it is; what it replaces becomes obsolete.</summary>
    /// <returns>The trial's last and best now.</returns>
    private static (long? Last, long? Best) Record(SqliteConnection db, AttemptCheckpoint checkpoint, string trialId, long? last, long? best)
    {
        var trialKey = checkpoint.Attempt.TrialKey;
        var covered = (long)db.Scalar("SELECT count(*) FROM t_epochs WHERE trial_key = ? AND epoch BETWEEN 1 AND ?", trialKey, checkpoint.Epoch)!;
        if (covered != checkpoint.Epoch)
        {
            throw new InvalidOperationException(
                $"A checkpoint of trial {trialId} covers {checkpoint.Epoch} epochs, but only {covered} of them are stored. Append their reports with it or before it.");
        }

        var key = (long)db.Scalar(
            """
            INSERT INTO t_checkpoints(trial_key, attempt, epoch, path) VALUES (?, ?, ?, ?)
            ON CONFLICT(trial_key, path) DO UPDATE SET attempt = excluded.attempt, epoch = excluded.epoch, obsolete = 0
            RETURNING checkpoint_key
            """,
            trialKey, checkpoint.Attempt.Attempt, checkpoint.Epoch, checkpoint.Path)!;
        var newBest = checkpoint.Best ? key : best;
        db.Execute(
            // Failures and losses count in a row: a trial that gets on is not given up.
            """
            UPDATE t_trials SET last_checkpoint = ?1, best_checkpoint = ?2, checkpoint_epoch = ?3,
                failures = CASE WHEN ?3 > coalesce(checkpoint_epoch, 0) THEN 0 ELSE failures END,
                losses = CASE WHEN ?3 > coalesce(checkpoint_epoch, 0) THEN 0 ELSE losses END
            WHERE trial_key = ?4
            """,
            key, newBest, checkpoint.Epoch, trialKey);
        foreach (var old in new[] { last, best })
        {
            if (old is not null && old != key && old != newBest)
                db.Execute("UPDATE t_checkpoints SET obsolete = 1 WHERE checkpoint_key = ?", old);
        }

        return (key, newBest);
    }

    /// <summary>What one attempt appends.</summary>
    private sealed record AppendGroup(AttemptKey Attempt)
    {
        public List<(EpochReport Report, byte[]? Units)> Epochs { get; } = [];
        public List<AttemptCheckpoint> Checkpoints { get; } = [];

        public static IReadOnlyCollection<AppendGroup> Of(ReportBatch batch)
        {
            var groups = new Dictionary<AttemptKey, AppendGroup>();
            foreach (var (attempt, report) in batch.Epochs)
                GroupOf(attempt).Epochs.Add((report, UnitsJson.Encode(report.Units)));
            foreach (var checkpoint in batch.Checkpoints)
                GroupOf(checkpoint.Attempt).Checkpoints.Add(checkpoint);
            return groups.Values;

            AppendGroup GroupOf(AttemptKey attempt)
            {
                if (!groups.TryGetValue(attempt, out var group))
                    groups.Add(attempt, group = new AppendGroup(attempt));
                return group;
            }
        }
    }
}
