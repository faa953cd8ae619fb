using SQLitePCL;

namespace VaeSweep.Store.Sqlite;

/// <summary>The tables, version by version, and the check that a file is ours.</summary>
/// <remarks>Base tables are named t_*: the plain names belong to the documented views. Times are integer milliseconds since 1970, UTC.</remarks>
internal static class SqliteSchema
{
    /// <summary>"VaeS", in the file's header.</summary>
    public const int ApplicationId = 0x56616553;

    /// <summary>Never edited once released: a change is a new entry.</summary>
    public static IReadOnlyList<string> Migrations { get; } = [Version1, Version2, Version3, Version4, Version5, Version6, Version7, Version8];

    public static int Newest => Migrations.Count;

    /// <exception cref="StoreException">Not a VaeSweep store, none yet, or of another version.</exception>
    public static void Require(SqliteConnection db)
    {
        var version = VersionOf(db);
        if (version == 0)
            throw NoStore(db.Path);
        if (version < Newest)
            throw new StoreException($"The store {db.Path} has schema {version}; this VaeSweep needs {Newest}. Any command that writes brings it up to date.");
    }

    public static StoreException NoStore(string path) => new($"There is no VaeSweep store at {path} yet. Submit or run a sweep first, or name another with --store.");

    /// <summary>Brings a file to <paramref name="target"/>; several processes may do it at once.</summary>
    /// <param name="at">Now, in the store's milliseconds: nodes that are at work then hinder; null lets them.</param>
    public static void Migrate(SqliteConnection db, int target, long? at)
    {
        var version = VersionOf(db);
        if (version < target)
        {
            db.ExecutePatiently("PRAGMA journal_mode = WAL");
            db.Transact(() =>
            {
                // Another process may have migrated while this one waited for the lock.
                version = VersionOf(db);
                if (version >= target)
                    return 0;
                if (at is { } now && version > 1 && NodesAtWork(db, now) is { Count: > 0 } nodes)
                    throw SchemaWords.InUse(db.Path, version, target, nodes);
                foreach (var migration in Migrations.Take(target).Skip(version))
                    db.ExecuteScript(migration);
                db.ExecuteScript(MirrorViews.Drop);
                if (target == Newest)
                    db.ExecuteScript(MirrorViews.Create);
                db.ExecuteScript($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {target}");
                return 0;
            });
        }
    }

    private static List<(string Host, string Version)> NodesAtWork(SqliteConnection db, long now)
    {
        var nodes = new List<(string, string)>();
        using var rows = db.Prepare("SELECT host, version FROM t_nodes WHERE alive_until >= ? ORDER BY host", now);
        while (rows.Step())
            nodes.Add((rows.Text(0), rows.Text(1)));
        return nodes;
    }

    /// <summary>For a node: whether the schema is still one that it knows.</summary>
    /// <exception cref="StoreOutdatedException">A newer program has changed it.</exception>
    public static void RequireKnown(SqliteConnection db)
    {
        if ((int)(long)db.Scalar("PRAGMA user_version")! is var version && version > Newest)
            throw SchemaWords.Newer(db.Path, version, Newest);
    }

    /// <returns>0 for an empty file.</returns>
    private static int VersionOf(SqliteConnection db)
    {
        if (db.InTransaction)
            return ReadVersion(db);
        // One snapshot for all that is read: between two, another process may have made the store.
        db.ExecuteScript("BEGIN");
        try
        {
            return ReadVersion(db);
        }
        finally
        {
            db.Rollback();
        }
    }

    private static int ReadVersion(SqliteConnection db)
    {
        var application = (long)db.Scalar("PRAGMA application_id")!;
        if (application != ApplicationId)
        {
            if (application != 0 || (long)db.Scalar("SELECT count(*) FROM sqlite_master")! > 0)
                throw new StoreException($"{db.Path} is an SQLite database, but not a VaeSweep store. Name another file with --store.");
            return 0;
        }

        var version = (int)(long)db.Scalar("PRAGMA user_version")!;
        if (version > Newest)
            throw SchemaWords.Newer(db.Path, version, Newest);
        return version;
    }

    /// <summary>Opens a file that must be a store already.</summary>
    public static SqliteConnection OpenExisting(string path, int flags)
    {
        if (!File.Exists(path))
            throw NoStore(path);
        var db = SqliteConnection.Open(path, flags);
        try
        {
            Require(db);
            return db;
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenWriter(string path)
    {
        var db = OpenExisting(path, raw.SQLITE_OPEN_READWRITE);
        Tune(db);
        return db;
    }

    /// <summary>FULL: a commit is on the disk before its task completes, as the contract promises.</summary>
    public static void Tune(SqliteConnection db) => db.ExecuteScript(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");

    private const string Version1 = """
        CREATE TABLE t_sweeps (
            sweep_key    INTEGER PRIMARY KEY,
            name         TEXT NOT NULL UNIQUE,
            state        TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'stopped')),
            definition   TEXT NOT NULL,
            max_attempts INTEGER NOT NULL CHECK (max_attempts >= 1),
            created_at   INTEGER NOT NULL);

        CREATE TABLE t_packs (
            pack_id  INTEGER PRIMARY KEY,
            pack_key TEXT NOT NULL UNIQUE);

        -- Narrow on purpose: this row is rewritten with every claim, renewal and batch of reports. The configuration is in t_configs.
        CREATE TABLE t_trials (
            trial_key       INTEGER PRIMARY KEY,
            sweep_key       INTEGER NOT NULL REFERENCES t_sweeps,
            trial_id        TEXT NOT NULL,
            fingerprint     BLOB NOT NULL CHECK (length(fingerprint) = 32),
            trial_index     INTEGER NOT NULL,
            seed            INTEGER NOT NULL,
            pack_id         INTEGER NOT NULL REFERENCES t_packs,
            epochs          INTEGER NOT NULL CHECK (epochs >= 0),
            wanted          INTEGER NOT NULL DEFAULT 1,
            state           TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'paused', 'succeeded', 'failed', 'stopped')),
            stop_requested  INTEGER NOT NULL DEFAULT 0,
            attempt         INTEGER NOT NULL DEFAULT 0,
            failures        INTEGER NOT NULL DEFAULT 0,
            lease_until     INTEGER,
            attempt_epoch   INTEGER NOT NULL DEFAULT 0,
            epochs_done     INTEGER NOT NULL DEFAULT 0,
            seconds         REAL NOT NULL DEFAULT 0,
            last_checkpoint INTEGER,
            best_checkpoint INTEGER,
            checkpoint_epoch INTEGER,
            started_at      INTEGER,
            finished_at     INTEGER,
            failure_class   TEXT,
            reason          TEXT,
            model_path      TEXT,
            CHECK ((state = 'running') = (lease_until IS NOT NULL)),
            CHECK ((state IN ('succeeded', 'failed', 'stopped')) = (finished_at IS NOT NULL)));

        -- Serves three: no trial twice, finding by the start of an id, and the view's join on id.
        CREATE UNIQUE INDEX ix_trials_identity ON t_trials(trial_id, sweep_key, fingerprint);
        CREATE INDEX ix_trials_state ON t_trials(sweep_key, state, trial_index);
        CREATE INDEX ix_trials_packs ON t_trials(sweep_key, pack_id, trial_index) WHERE state = 'queued';
        CREATE INDEX ix_trials_leases ON t_trials(lease_until) WHERE state = 'running';

        CREATE TABLE t_configs (
            trial_key INTEGER PRIMARY KEY REFERENCES t_trials,
            config    TEXT NOT NULL);

        CREATE TABLE t_workers (
            worker_key INTEGER PRIMARY KEY,
            worker     TEXT NOT NULL,
            device     TEXT NOT NULL,
            node       TEXT,
            provenance TEXT NOT NULL,
            UNIQUE (worker, device, provenance));

        CREATE TABLE t_attempts (
            trial_key     INTEGER NOT NULL REFERENCES t_trials,
            attempt       INTEGER NOT NULL,
            worker_key    INTEGER NOT NULL REFERENCES t_workers,
            token         TEXT NOT NULL,
            started_at    INTEGER NOT NULL,
            ended_at      INTEGER,
            from_epoch    INTEGER NOT NULL,
            to_epoch      INTEGER,
            outcome       TEXT CHECK (outcome IN ('succeeded', 'failed', 'released', 'paused', 'stopped', 'lost')),
            failure_class TEXT,
            reason        TEXT,
            PRIMARY KEY (trial_key, attempt),
            CHECK ((outcome IS NULL) = (ended_at IS NULL))) WITHOUT ROWID;

        CREATE INDEX ix_attempts_tokens ON t_attempts(token) WHERE outcome IS NULL;

        -- Narrow: a curve is read and reports of many trials are written without touching the units beside them.
        CREATE TABLE t_epochs (
            trial_key       INTEGER NOT NULL REFERENCES t_trials,
            epoch           INTEGER NOT NULL,
            attempt         INTEGER NOT NULL,
            train_elbo REAL, train_recon REAL, train_kl REAL,
            valid_elbo REAL, valid_recon REAL, valid_kl REAL,
            test_elbo REAL, test_recon REAL, test_kl REAL,
            train_objective REAL,
            beta REAL,
            active_units INTEGER, active_units_01 INTEGER,
            grad_norm REAL,
            seconds REAL,
            units_key INTEGER,
            PRIMARY KEY (trial_key, epoch)) WITHOUT ROWID;

        -- JSON, one entry a layer, in it one pair [activity, kl] a unit. Keyed by arrival, so that writing only appends.
        CREATE TABLE t_units (
            units_key INTEGER PRIMARY KEY,
            units     TEXT NOT NULL);

        CREATE TABLE t_evaluations (
            trial_key INTEGER NOT NULL REFERENCES t_trials,
            metric    TEXT NOT NULL,
            samples   INTEGER NOT NULL,
            images    INTEGER NOT NULL,
            value     REAL,
            PRIMARY KEY (trial_key, metric, samples)) WITHOUT ROWID;

        CREATE TABLE t_checkpoints (
            checkpoint_key INTEGER PRIMARY KEY,
            trial_key      INTEGER NOT NULL REFERENCES t_trials,
            attempt        INTEGER NOT NULL,
            epoch          INTEGER NOT NULL,
            path           TEXT NOT NULL,
            obsolete       INTEGER NOT NULL DEFAULT 0,
            UNIQUE (trial_key, path));

        CREATE INDEX ix_checkpoints_obsolete ON t_checkpoints(checkpoint_key) WHERE obsolete;

        -- Which machines have written of late: this file serves one.
        CREATE TABLE t_writers (
            boot    TEXT PRIMARY KEY,
            machine TEXT NOT NULL,
            host    TEXT NOT NULL,
            seen_at INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private const string Version2 = """
        -- A row is never deleted: term must only grow.
        CREATE TABLE t_leaders (
            duty       TEXT PRIMARY KEY,
            holder     TEXT,
            term       INTEGER NOT NULL,
            expires_at INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE t_nodes (
            node        TEXT PRIMARY KEY,
            host        TEXT NOT NULL,
            devices     TEXT NOT NULL,
            version     TEXT NOT NULL,
            provenance  TEXT,
            started_at  INTEGER NOT NULL,
            seen_at     INTEGER NOT NULL,
            alive_until INTEGER NOT NULL) WITHOUT ROWID;

        CREATE INDEX ix_workers_nodes ON t_workers(node) WHERE node IS NOT NULL;
        """;

    // Seeds are many and points few: a table over 100,000 trials reads each configuration once, not once a seed.
    private const string Version3 = """
        CREATE TABLE t_points (
            point_key INTEGER PRIMARY KEY,
            config    TEXT NOT NULL UNIQUE);

        ALTER TABLE t_trials ADD COLUMN point_key INTEGER REFERENCES t_points;

        INSERT OR IGNORE INTO t_points(config)
        SELECT replace(replace(c.config, ',"seed":' || t.seed || ',', ','), ',"seed":' || t.seed || '}', '}') FROM t_trials t JOIN t_configs c USING (trial_key);

        UPDATE t_trials SET point_key = (
            SELECT p.point_key FROM t_configs c JOIN t_points p
                ON p.config = replace(replace(c.config, ',"seed":' || t_trials.seed || ',', ','), ',"seed":' || t_trials.seed || '}', '}')
            WHERE c.trial_key = t_trials.trial_key);
        """;

    private const string Version4 = """
        ALTER TABLE t_sweeps ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE t_sweeps ADD COLUMN max_running INTEGER CHECK (max_running >= 1);
        ALTER TABLE t_sweeps ADD COLUMN stack TEXT;
        ALTER TABLE t_sweeps ADD COLUMN reason TEXT;
        ALTER TABLE t_trials ADD COLUMN losses INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE t_nodes ADD COLUMN load TEXT;
        ALTER TABLE t_nodes ADD COLUMN note TEXT;
        """;

    private const string Version5 = """
        CREATE TABLE t_events (
            trial_key INTEGER NOT NULL REFERENCES t_trials,
            epoch     INTEGER NOT NULL,
            event     TEXT NOT NULL,
            detail    TEXT NOT NULL,
            PRIMARY KEY (trial_key, epoch, event)) WITHOUT ROWID;
        """;

    // Where the values of single images are kept.
    private const string Version6 = "ALTER TABLE t_evaluations ADD COLUMN file TEXT";

    // What holds for a whole store, first of all which one it is.
    private const string Version7 = """
        CREATE TABLE t_settings (
            name  TEXT PRIMARY KEY,
            value TEXT NOT NULL) WITHOUT ROWID;

        INSERT INTO t_settings(name, value) VALUES ('identity', lower(hex(randomblob(16))));
        """;

    // What a table reads, in few pages: of points what they differ in, not their whole configurations, and of scores all of one metric side by side, with what never
    // changes of their trials.
    private const string Version8 = """
        CREATE TABLE t_point_changes (
            point_key INTEGER PRIMARY KEY REFERENCES t_points,
            base_key  INTEGER NOT NULL REFERENCES t_points,
            changes   TEXT NOT NULL);

        INSERT INTO t_point_changes(point_key, base_key, changes) SELECT point_key, point_key, '{}' FROM t_points;

        CREATE INDEX ix_trials_points ON t_trials(sweep_key, point_key);
        CREATE INDEX ix_trials_unwanted ON t_trials(sweep_key) WHERE NOT wanted;
        CREATE INDEX ix_trials_open ON t_trials(sweep_key, point_key) WHERE state <> 'succeeded';

        ALTER TABLE t_evaluations ADD COLUMN sweep_key INTEGER;
        ALTER TABLE t_evaluations ADD COLUMN point_key INTEGER;
        ALTER TABLE t_evaluations ADD COLUMN seed INTEGER;

        UPDATE t_evaluations SET (sweep_key, point_key, seed) = (SELECT t.sweep_key, t.point_key, t.seed FROM t_trials t WHERE t.trial_key = t_evaluations.trial_key);

        CREATE INDEX ix_evaluations_values ON t_evaluations(sweep_key, metric, point_key, seed, value);
        """;
}
