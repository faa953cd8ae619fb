using SQLitePCL;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Sqlite;

/// <summary>The embedded store: one file, no server, any number of processes of one machine.</summary>
internal sealed partial class SqliteStore : IStore
{
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly StoreOptions _options;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    public SqliteStore(string path, TimeProvider time, StoreOptions options, HostIdentity host)
    {
        (_path, _time, _options) = (path, time, options);
        var guard = new HostGuard(host, time);
        _writer = new SqliteWriter(() => SqliteSchema.OpenWriter(path), guard.Check);
        _readers = new SqliteReaders(() => OpenReader(path), options.Readers);
    }

    public string Location => _path;

    public IResults Results => new SqlResults(this);

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.Run(() => MigrateTo(SqliteSchema.Newest, _options.MigrateUnderNodes ? null : Now()), cancellationToken);

    /// <summary>For tests of migration: brings the file to an older version.</summary>
    internal void MigrateTo(int version, long? at = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        using var db = SqliteConnection.Open(_path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        SqliteSchema.Tune(db);
        SqliteSchema.Migrate(db, version, at);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
    }

    private static SqliteConnection OpenReader(string path)
    {
        var db = SqliteSchema.OpenExisting(path, raw.SQLITE_OPEN_READWRITE);
        db.ExecuteScript("PRAGMA query_only = ON");
        return db;
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static DateTimeOffset Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static DateTimeOffset? Instant(long? milliseconds) => milliseconds is { } known ? Instant(known) : null;

    private static long Milliseconds(TimeSpan lease) => lease > TimeSpan.Zero
        ? (long)lease.TotalMilliseconds
        : throw new ArgumentOutOfRangeException(nameof(lease), lease, "A lease must be longer than nothing.");

    /// <summary>What decides about the end of an attempt.</summary>
    private sealed record TrialRow(
        int Attempt, TrialState State, bool Wanted, bool StopRequested, int Failures, int Epochs, int EpochsDone, int AttemptEpoch, long? LastCheckpoint,
        long? BestCheckpoint, string TrialId, SweepState SweepState, int MaxAttempts, int Losses, long SweepKey)
    {
        public bool IsOwnedBy(AttemptKey attempt) => State == TrialState.Running && Attempt == attempt.Attempt;
    }

    private static TrialRow? LoadTrial(SqliteConnection db, long trialKey)
    {
        using var row = db.Prepare(
            """
            SELECT t.attempt, t.state, t.wanted, t.stop_requested, t.failures, t.epochs, t.epochs_done, t.attempt_epoch, t.last_checkpoint, t.best_checkpoint,
                   t.trial_id, s.state, s.max_attempts, t.losses, t.sweep_key
            FROM t_trials t JOIN t_sweeps s USING (sweep_key) WHERE t.trial_key = ?
            """,
            trialKey);
        return row.Step()
            ? new TrialRow(
                row.Int(0), Words.Parse<TrialState>(row.Text(1)), row.Int(2) != 0, row.Int(3) != 0, row.Int(4), row.Int(5), row.Int(6), row.Int(7),
                row.LongOrNull(8), row.LongOrNull(9), row.Text(10), Words.Parse<SweepState>(row.Text(11)), row.Int(12), row.Int(13), row.Long(14))
            : null;
    }
}
