using Npgsql;

namespace VaeSweep.Store.Postgres;

/// <summary>The tables, version by version, in a schema of their own.</summary>
/// <remarks>The same tables as SQLite's, for the same reasons; see there. Times are integer milliseconds since 1970, UTC, by the server's clock.</remarks>
internal static class PostgresSchema
{
    public const string Name = "vaesweep";

    /// <summary>Where the documented views are, and nothing else: the only place that a user's SQL looks into.</summary>
    public const string Views = "vaesweep_views";

    /// <summary>Serialises migrations of one database: "VaeSweep" as a number.</summary>
    private const long MigrationLock = 0x5661655377656570;
    private const string UndefinedTable = "42P01";

    /// <summary>Never edited once released: a change is a new entry.</summary>
    public static IReadOnlyList<string> Migrations { get; } = [Version1, Version2, Version3, Version4, Version5, Version6, Version7, Version8, Version9, Version10, Version11];

    public static int Newest => Migrations.Count;

    /// <summary>Safe when any number of nodes start at once.</summary>
    /// <param name="underNodes">Nodes that are at work and may not know the new schema do not hinder.</param>
    public static async Task MigrateAsync(NpgsqlConnection connection, string location, bool underNodes, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync($"SELECT pg_advisory_xact_lock({MigrationLock})");
        var version = await VersionAsync(connection, location, cancellationToken);
        if (version < Newest)
        {
            if (version > 0 && !underNodes && await NodesAtWorkAsync() is { Count: > 0 } nodes)
                throw SchemaWords.InUse(location, version, Newest, nodes);
            if (version == 0)
                await ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {Name}; CREATE SCHEMA IF NOT EXISTS {Views}; CREATE TABLE IF NOT EXISTS {Name}.t_schema (version integer NOT NULL)");
            foreach (var migration in Migrations.Skip(version))
                await ExecuteAsync(migration);
            await ExecuteAsync(PostgresViews.Drop + PostgresViews.Create + $"DELETE FROM {Name}.t_schema; INSERT INTO {Name}.t_schema VALUES ({Newest})");
        }

        await transaction.CommitAsync(cancellationToken);

        async Task<List<(string Host, string Version)>> NodesAtWorkAsync()
        {
            await using var command = new NpgsqlCommand(
                $"SELECT host, version FROM {Name}.t_nodes WHERE alive_until >= extract(epoch FROM clock_timestamp()) * 1000 ORDER BY host", connection, transaction);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var nodes = new List<(string, string)>();
            while (await reader.ReadAsync(cancellationToken))
                nodes.Add((reader.GetString(0), reader.GetString(1)));
            return nodes;
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>What to say about an error that means the schema is not there.</summary>
    public static StoreException? MissingSchema(PostgresException error, string location) => error.SqlState is UndefinedTable
        ? new StoreException($"There is no VaeSweep store at {location} yet. Submit or run a sweep first, or name another with --store.", error)
        : null;

    private static async Task<int> VersionAsync(NpgsqlConnection connection, string location, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand($"SELECT to_regclass('{Name}.t_schema') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            return 0;
        await using var read = new NpgsqlCommand($"SELECT coalesce(max(version), 0) FROM {Name}.t_schema", connection);
        var version = (int)(await read.ExecuteScalarAsync(cancellationToken))!;
        return version <= Newest
            ? version
            : throw SchemaWords.Newer(location, version, Newest);
    }

    private const string Version1 = """
        CREATE TABLE t_sweeps (
            sweep_key    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name         text NOT NULL UNIQUE,
            state        text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'stopped')),
            definition   text NOT NULL,
            max_attempts integer NOT NULL CHECK (max_attempts >= 1),
            created_at   bigint NOT NULL);

        CREATE TABLE t_packs (
            pack_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            pack_key text NOT NULL UNIQUE);

        CREATE SEQUENCE t_trial_keys;

        -- Half-filled pages leave room for the many small rewrites of a row beside it, without touching an index.
        CREATE TABLE t_trials (
            trial_key        bigint PRIMARY KEY,
            sweep_key        bigint NOT NULL REFERENCES t_sweeps,
            trial_id         text COLLATE "C" NOT NULL,
            fingerprint      bytea NOT NULL CHECK (length(fingerprint) = 32),
            trial_index      bigint NOT NULL,
            seed             bigint NOT NULL,
            pack_id          bigint NOT NULL REFERENCES t_packs,
            epochs           integer NOT NULL CHECK (epochs >= 0),
            wanted           boolean NOT NULL DEFAULT true,
            state            text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'paused', 'succeeded', 'failed', 'stopped')),
            stop_requested   boolean NOT NULL DEFAULT false,
            attempt          integer NOT NULL DEFAULT 0,
            failures         integer NOT NULL DEFAULT 0,
            lease_until      bigint,
            attempt_epoch    integer NOT NULL DEFAULT 0,
            epochs_done      integer NOT NULL DEFAULT 0,
            seconds          double precision NOT NULL DEFAULT 0,
            last_checkpoint  bigint,
            best_checkpoint  bigint,
            checkpoint_epoch integer,
            started_at       bigint,
            finished_at      bigint,
            failure_class    text,
            reason           text,
            model_path       text,
            CHECK ((state = 'running') = (lease_until IS NOT NULL)),
            CHECK ((state IN ('succeeded', 'failed', 'stopped')) = (finished_at IS NOT NULL)))
        WITH (fillfactor = 60);

        CREATE UNIQUE INDEX ix_trials_identity ON t_trials(trial_id, sweep_key, fingerprint);
        CREATE INDEX ix_trials_sweeps ON t_trials(sweep_key, trial_index);
        CREATE INDEX ix_trials_queue ON t_trials(sweep_key, trial_index) WHERE state = 'queued';
        CREATE INDEX ix_trials_packs ON t_trials(sweep_key, pack_id, trial_index) WHERE state = 'queued';
        -- Not on lease_until itself: a renewal would then rewrite the index too. Running trials are few.
        CREATE INDEX ix_trials_running ON t_trials(trial_key) WHERE state = 'running';

        CREATE TABLE t_configs (
            trial_key bigint PRIMARY KEY REFERENCES t_trials,
            config    json NOT NULL);

        CREATE TABLE t_workers (
            worker_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            worker     text NOT NULL,
            device     text NOT NULL,
            node       text,
            provenance text NOT NULL,
            UNIQUE (worker, device, provenance));

        CREATE INDEX ix_workers_nodes ON t_workers(node) WHERE node IS NOT NULL;

        CREATE TABLE t_attempts (
            trial_key     bigint NOT NULL REFERENCES t_trials,
            attempt       integer NOT NULL,
            worker_key    bigint NOT NULL REFERENCES t_workers,
            token         text NOT NULL,
            started_at    bigint NOT NULL,
            ended_at      bigint,
            from_epoch    integer NOT NULL,
            to_epoch      integer,
            outcome       text CHECK (outcome IN ('succeeded', 'failed', 'released', 'paused', 'stopped', 'lost')),
            failure_class text,
            reason        text,
            PRIMARY KEY (trial_key, attempt),
            CHECK ((outcome IS NULL) = (ended_at IS NULL)));

        CREATE INDEX ix_attempts_tokens ON t_attempts(token) WHERE outcome IS NULL;

        CREATE TABLE t_epochs (
            trial_key       bigint NOT NULL REFERENCES t_trials,
            epoch           integer NOT NULL,
            attempt         integer NOT NULL,
            train_elbo double precision, train_recon double precision, train_kl double precision,
            valid_elbo double precision, valid_recon double precision, valid_kl double precision,
            test_elbo double precision, test_recon double precision, test_kl double precision,
            train_objective double precision,
            beta double precision,
            active_units integer, active_units_01 integer,
            grad_norm double precision,
            seconds double precision,
            units json,
            PRIMARY KEY (trial_key, epoch));

        CREATE TABLE t_evaluations (
            trial_key bigint NOT NULL REFERENCES t_trials,
            metric    text NOT NULL,
            samples   integer NOT NULL,
            images    integer NOT NULL,
            value     double precision,
            PRIMARY KEY (trial_key, metric, samples));

        CREATE TABLE t_checkpoints (
            checkpoint_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            trial_key      bigint NOT NULL REFERENCES t_trials,
            attempt        integer NOT NULL,
            epoch          integer NOT NULL,
            path           text NOT NULL,
            obsolete       boolean NOT NULL DEFAULT false,
            UNIQUE (trial_key, path));

        CREATE INDEX ix_checkpoints_obsolete ON t_checkpoints(checkpoint_key) WHERE obsolete;

        -- A row is never deleted: term must only grow.
        CREATE TABLE t_leaders (
            duty       text PRIMARY KEY,
            holder     text,
            term       bigint NOT NULL,
            expires_at bigint NOT NULL);

        CREATE TABLE t_nodes (
            node        text PRIMARY KEY,
            host        text NOT NULL,
            devices     json NOT NULL,
            version     text NOT NULL,
            provenance  text,
            started_at  bigint NOT NULL,
            seen_at     bigint NOT NULL,
            alive_until bigint NOT NULL);
        """;

    /// <remarks>By a digest, because a configuration may be longer than an entry of an index.</remarks>
    private const string Version2 = """
        CREATE TABLE t_points (
            point_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            config    text NOT NULL);

        CREATE UNIQUE INDEX ix_points_digest ON t_points(md5(config));

        ALTER TABLE t_trials ADD COLUMN point_key bigint REFERENCES t_points;

        INSERT INTO t_points(config)
        SELECT DISTINCT replace(replace(c.config::text, ',"seed":' || t.seed || ',', ','), ',"seed":' || t.seed || '}', '}')
        FROM t_trials t JOIN t_configs c USING (trial_key);

        UPDATE t_trials t SET point_key = p.point_key
        FROM t_configs c, t_points p
        WHERE c.trial_key = t.trial_key
          AND md5(p.config) = md5(replace(replace(c.config::text, ',"seed":' || t.seed || ',', ','), ',"seed":' || t.seed || '}', '}'));
        """;

    private const string Version3 = """
        ALTER TABLE t_sweeps
            ADD COLUMN priority    integer NOT NULL DEFAULT 0,
            ADD COLUMN max_running integer CHECK (max_running >= 1),
            ADD COLUMN stack       text,
            ADD COLUMN reason      text;

        ALTER TABLE t_trials ADD COLUMN losses integer NOT NULL DEFAULT 0;

        ALTER TABLE t_nodes
            ADD COLUMN load json,
            ADD COLUMN note text;

        -- Checkpoints and models of machines that share no folder. In pieces: a file may be larger than a value, or than memory.
        CREATE TABLE t_files (
            file_key  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            trial_key bigint NOT NULL REFERENCES t_trials,
            attempt   integer NOT NULL,
            path      text NOT NULL,
            bytes     bigint,
            UNIQUE (trial_key, path));

        CREATE TABLE t_file_pieces (
            file_key bigint NOT NULL REFERENCES t_files ON DELETE CASCADE,
            piece    integer NOT NULL,
            content  bytea NOT NULL,
            PRIMARY KEY (file_key, piece));

        -- Weights do not compress.
        ALTER TABLE t_file_pieces ALTER COLUMN content SET STORAGE EXTERNAL;
        """;

    // Only the views have changed: provenance is JSON there, as documented. They are made anew after every migration.
    private const string Version4 = "SELECT 1";

    private const string Version5 = """
        CREATE TABLE t_events (
            trial_key bigint NOT NULL REFERENCES t_trials,
            epoch     integer NOT NULL,
            event     text NOT NULL,
            detail    text NOT NULL,
            PRIMARY KEY (trial_key, epoch, event));
        """;

    // Where the values of single images are kept.
    private const string Version6 = "ALTER TABLE t_evaluations ADD COLUMN file text";

    // Who may write an attempt, where logins have roles: see deploy/postgres/roles.sql.
    private const string Version7 = "ALTER TABLE t_trials ADD COLUMN claimed_by name";

    // A claim finds its whole pack in one index, in its order, whatever the server believes about how many there are.
    // No trial and no worker is ever deleted, and what follows is only written by statements that have just read or locked the row that it belongs to: looking
    // for that once more, row by row, took a third of the time of a report.
    private const string Version8 = """
        DROP INDEX IF EXISTS ix_trials_packs;
        CREATE INDEX ix_trials_packs ON t_trials(sweep_key, pack_id, coalesce(checkpoint_epoch, -1), trial_index) WHERE state = 'queued';

        ALTER TABLE t_epochs DROP CONSTRAINT IF EXISTS t_epochs_trial_key_fkey;
        ALTER TABLE t_evaluations DROP CONSTRAINT IF EXISTS t_evaluations_trial_key_fkey;
        ALTER TABLE t_attempts DROP CONSTRAINT IF EXISTS t_attempts_trial_key_fkey, DROP CONSTRAINT IF EXISTS t_attempts_worker_key_fkey;
        """;

    // What holds for a whole store, first of all which one it is.
    private const string Version9 = """
        CREATE TABLE IF NOT EXISTS t_settings (
            name  text PRIMARY KEY,
            value text NOT NULL);

        INSERT INTO t_settings(name, value)
        VALUES ('identity', md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text || txid_current()::text)) ON CONFLICT DO NOTHING;
        """;

    // As SQLite's 8.
    private const string Version10 = """
        CREATE TABLE t_point_changes (
            point_key bigint PRIMARY KEY REFERENCES t_points,
            base_key  bigint NOT NULL REFERENCES t_points,
            changes   text NOT NULL);

        INSERT INTO t_point_changes(point_key, base_key, changes) SELECT point_key, point_key, '{}' FROM t_points;

        CREATE INDEX ix_trials_points ON t_trials(sweep_key, point_key);
        CREATE INDEX ix_trials_unwanted ON t_trials(sweep_key) WHERE NOT wanted;
        CREATE INDEX ix_trials_open ON t_trials(sweep_key) WHERE state <> 'succeeded';

        ALTER TABLE t_evaluations ADD COLUMN sweep_key bigint, ADD COLUMN point_key bigint, ADD COLUMN seed bigint;

        UPDATE t_evaluations v SET sweep_key = t.sweep_key, point_key = t.point_key, seed = t.seed FROM t_trials t WHERE t.trial_key = v.trial_key;

        CREATE INDEX ix_evaluations_values ON t_evaluations(sweep_key, metric) INCLUDE (point_key, seed, value, samples);
        """;

    // A trial's state is in no index, so that a claim, a report and an end write its row within its page and nothing else; half of them was the time of indexes. What is
    // queued has a table of its own: a row for each trial that is, never written while it runs. One that is left over is passed over, for the trial's row decides.
    // What runs is found by its open attempt.
    private const string Version11 = """
        CREATE TABLE t_queue (
            trial_key        bigint PRIMARY KEY,
            sweep_key        bigint NOT NULL,
            pack_id          bigint NOT NULL,
            checkpoint_epoch integer NOT NULL,
            trial_index      bigint NOT NULL);

        INSERT INTO t_queue(trial_key, sweep_key, pack_id, checkpoint_epoch, trial_index)
        SELECT trial_key, sweep_key, pack_id, coalesce(checkpoint_epoch, -1), trial_index FROM t_trials WHERE state = 'queued' ORDER BY sweep_key, trial_index;

        CREATE INDEX ix_queue_order ON t_queue(sweep_key, trial_index);
        CREATE INDEX ix_queue_packs ON t_queue(sweep_key, pack_id, checkpoint_epoch, trial_index);

        DROP INDEX IF EXISTS ix_trials_queue, ix_trials_packs, ix_trials_running, ix_trials_open;

        -- Room on its page for each row of it to be written anew by one claim.
        ALTER TABLE t_trials SET (fillfactor = 45);

        -- As in 8: no sweep, pack, point or trial is ever deleted, and a submit writes these by joining with what they name. Looking for that once more, seven times a
        -- trial, took half of its time.
        ALTER TABLE t_trials DROP CONSTRAINT IF EXISTS t_trials_sweep_key_fkey, DROP CONSTRAINT IF EXISTS t_trials_pack_id_fkey, DROP CONSTRAINT IF EXISTS t_trials_point_key_fkey;
        ALTER TABLE t_configs DROP CONSTRAINT IF EXISTS t_configs_trial_key_fkey;
        ALTER TABLE t_point_changes DROP CONSTRAINT IF EXISTS t_point_changes_point_key_fkey, DROP CONSTRAINT IF EXISTS t_point_changes_base_key_fkey;
        """;
}
