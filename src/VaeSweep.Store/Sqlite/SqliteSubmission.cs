using SQLitePCL;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Sqlite;

/// <summary>The difference between a sweep's expansion and what is stored, planned or applied. Holds no list of trials in memory.</summary>
internal sealed class SqliteSubmission
{
    private readonly SqliteConnection _db;
    private readonly List<Trial> _addedSample = [];
    private long _sweepKey;
    private long _added;
    private long _kept;
    private long _succeeded;
    private long _wantedAgain;

    private SqliteSubmission(SqliteConnection db) => _db = db;

    /// <summary>Applies it inside the caller's transaction.</summary>
    public static SubmitResult Apply(SqliteConnection db, SweepSubmission sweep, IEnumerable<Trial> trials, long now, CancellationToken cancellationToken)
    {
        var submission = new SqliteSubmission(db);
        submission.CreateSeen();
        submission._sweepKey = (long)db.Scalar(
            """
            INSERT INTO t_sweeps(name, definition, max_attempts, created_at, priority, max_running) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT(name) DO UPDATE SET definition = excluded.definition, max_attempts = excluded.max_attempts,
                priority = excluded.priority, max_running = excluded.max_running
            RETURNING sweep_key
            """,
            sweep.Name, sweep.Definition, sweep.MaxAttempts, now, sweep.Priority, sweep.MaxConcurrent)!;
        submission.Store(trials, now, cancellationToken);
        var (unwanted, sample) = submission.CountUnwanted();
        if (unwanted > 0)
            submission.DropUnwanted(now);
        return submission.Result(unwanted, sample);
    }

    /// <summary>Compares only. Works on its own connection, because what it has seen goes into a temporary table.</summary>
    public static SubmitResult Plan(string path, SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken)
    {
        using var db = File.Exists(path) ? SqliteSchema.OpenExisting(path, raw.SQLITE_OPEN_READWRITE) : Empty();
        var submission = new SqliteSubmission(db);
        submission.CreateSeen();
        db.ExecuteScript("BEGIN");
        submission._sweepKey = db.Scalar("SELECT sweep_key FROM t_sweeps WHERE name = ?", sweep.Name) as long? ?? -1;
        submission.Compare(trials, cancellationToken);
        var (unwanted, sample) = submission.CountUnwanted();
        var result = submission.Result(unwanted, sample);
        db.Rollback();
        return result;
    }

    private static SqliteConnection Empty()
    {
        var db = SqliteConnection.Open(":memory:", raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        SqliteSchema.Migrate(db, SqliteSchema.Newest, at: null);
        return db;
    }

    /// <summary>Stored trials that the expansion has named, by key, and new ones that a plan has met, by fingerprint.</summary>
    private void CreateSeen() => _db.ExecuteScript(
        """
        CREATE TEMP TABLE IF NOT EXISTS seen_keys (trial_key INTEGER PRIMARY KEY);
        CREATE TEMP TABLE IF NOT EXISTS seen_new (fingerprint BLOB PRIMARY KEY) WITHOUT ROWID;
        DELETE FROM temp.seen_keys;
        DELETE FROM temp.seen_new;
        """);

    private void Store(IEnumerable<Trial> trials, long now, CancellationToken cancellationToken)
    {
        using var insert = _db.Prepare(
            """
            INSERT INTO t_trials(sweep_key, trial_id, fingerprint, trial_index, seed, pack_id, epochs, point_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(trial_id, sweep_key, fingerprint) DO NOTHING
            """);
        using var config = _db.Prepare("INSERT INTO t_configs(trial_key, config) VALUES (?, ?)");
        using var see = _db.Prepare("INSERT OR IGNORE INTO temp.seen_keys(trial_key) VALUES (?)");
        using var points = new SqlitePoints(_db);
        var (packKey, packId) = (default(string), 0L);
        foreach (var (trial, fingerprint) in Ahead.Of(trials.Select(trial => (trial, Fingerprints.Parse(trial))), cancellationToken))
        {
            if (trial.PackKey != packKey)
                (packKey, packId) = (trial.PackKey, PackId(trial.PackKey));
            insert.Bind(1, _sweepKey);
            insert.Bind(2, trial.Id);
            insert.BindBlob(3, fingerprint);
            insert.Bind(4, trial.Index);
            insert.Bind(5, trial.Seed);
            insert.Bind(6, packId);
            insert.Bind(7, trial.Epochs);
            insert.Bind(8, points.KeyOf(trial));
            insert.Run();
            if (_db.Changes > 0)
            {
                var trialKey = _db.LastInsertRowId;
                config.Bind(1, trialKey);
                config.Bind(2, trial.ConfigJson);
                config.Run();
                see.Bind(1, trialKey);
                see.Run();
                CountAdded(trial);
                continue;
            }

            var stored = Find(trial, fingerprint)!.Value;
            see.Bind(1, stored.Key);
            see.Run();
            if (_db.Changes == 0)
                continue;
            CountKept(stored);
            if (!stored.Wanted || stored.Index != trial.Index || stored.PackId != packId)
                Keep(stored.Key, trial.Index, packId, !stored.Wanted);
        }
    }

    /// <summary>Moves a kept trial to its new place. One that is wanted again is queued, unless it has succeeded or is running.</summary>
    private void Keep(long trialKey, long index, long packId, bool wantedAgain)
    {
        _db.Execute("UPDATE t_trials SET trial_index = ?, pack_id = ?, wanted = 1 WHERE trial_key = ?", index, packId, trialKey);
        if (!wantedAgain)
            return;
        _db.Execute(
            $"""
            UPDATE t_trials
            SET state = 'queued', {TrialSql.KeepCheckpoint}, failures = 0, finished_at = NULL, failure_class = NULL, reason = NULL
            WHERE trial_key = ? AND state IN ('stopped', 'failed')
            """,
            trialKey);
        _db.Execute("UPDATE t_trials SET stop_requested = 0 WHERE trial_key = ?", trialKey);
    }

    private void Compare(IEnumerable<Trial> trials, CancellationToken cancellationToken)
    {
        using var see = _db.Prepare("INSERT OR IGNORE INTO temp.seen_keys(trial_key) VALUES (?)");
        using var seeNew = _db.Prepare("INSERT OR IGNORE INTO temp.seen_new(fingerprint) VALUES (?)");
        foreach (var (trial, fingerprint) in Ahead.Of(trials.Select(trial => (trial, Fingerprints.Parse(trial))), cancellationToken))
        {
            if (Find(trial, fingerprint) is { } stored)
            {
                see.Bind(1, stored.Key);
                see.Run();
                if (_db.Changes > 0)
                    CountKept(stored);
            }
            else
            {
                seeNew.BindBlob(1, fingerprint);
                seeNew.Run();
                if (_db.Changes > 0)
                    CountAdded(trial);
            }
        }
    }

    private void CountAdded(Trial trial)
    {
        _added++;
        if (_addedSample.Count < SubmitResult.SampleSize)
            _addedSample.Add(trial);
    }

    private void CountKept(StoredTrial stored)
    {
        _kept++;
        if (stored.Succeeded)
            _succeeded++;
        if (!stored.Wanted)
            _wantedAgain++;
    }

    private (long Count, IReadOnlyList<TrialStatus> Sample) CountUnwanted()
    {
        const string unwanted = "t.sweep_key = ? AND t.wanted AND t.trial_key NOT IN (SELECT trial_key FROM temp.seen_keys)";
        var count = (long)_db.Scalar($"SELECT count(*) FROM t_trials t WHERE {unwanted}", _sweepKey)!;
        if (count == 0)
            return (0, []);
        using var rows = _db.Prepare($"{SqliteStore.SelectTrialStatus} WHERE {unwanted} ORDER BY t.trial_index LIMIT {SubmitResult.SampleSize}", _sweepKey);
        return (count, SqliteStore.ReadTrialStatuses(rows));
    }

    /// <summary>Running ones learn it from their next renewal and end as stopped then.</summary>
    private void DropUnwanted(long now)
    {
        _db.Execute(
            "UPDATE t_trials SET wanted = 0 WHERE sweep_key = ? AND wanted AND trial_key NOT IN (SELECT trial_key FROM temp.seen_keys)", _sweepKey);
        _db.Execute(
            "UPDATE t_trials SET state = 'stopped', finished_at = ?, reason = ? WHERE sweep_key = ? AND NOT wanted AND state IN ('queued', 'paused')",
            now, TrialPolicy.Unwanted, _sweepKey);
    }

    private SubmitResult Result(long unwanted, IReadOnlyList<TrialStatus> sample)
    {
        _db.ExecuteScript("DELETE FROM temp.seen_keys; DELETE FROM temp.seen_new");
        return new SubmitResult(_added, _kept, unwanted, _succeeded, _addedSample, sample) { WantedAgain = _wantedAgain };
    }

    private StoredTrial? Find(Trial trial, byte[] fingerprint)
    {
        using var row = _db.Prepare(
            "SELECT trial_key, trial_index, pack_id, wanted, state = 'succeeded' FROM t_trials WHERE trial_id = ? AND sweep_key = ? AND fingerprint = ?");
        row.Bind(1, trial.Id);
        row.Bind(2, _sweepKey);
        row.BindBlob(3, fingerprint);
        return row.Step() ? new StoredTrial(row.Long(0), row.Long(1), row.Long(2), row.Int(3) != 0, row.Int(4) != 0) : null;
    }

    private long PackId(string packKey)
    {
        if (_db.Scalar("SELECT pack_id FROM t_packs WHERE pack_key = ?", packKey) is long known)
            return known;
        _db.Execute("INSERT INTO t_packs(pack_key) VALUES (?)", packKey);
        return _db.LastInsertRowId;
    }

    private readonly record struct StoredTrial(long Key, long Index, long PackId, bool Wanted, bool Succeeded);
}
