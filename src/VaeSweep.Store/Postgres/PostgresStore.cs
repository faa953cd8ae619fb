using System.Data;
using Npgsql;
using NpgsqlTypes;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Postgres;

/// <summary>The store of a cluster: one PostgreSQL database, any number of machines.</summary>
internal sealed partial class PostgresStore : IStore
{
    private const int Tries = 5;

    /// <summary>The server's clock, or the instant that a test sets.</summary>
    private const string NowSql = "coalesce($1::bigint, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)";

    /// <summary>For a transaction that need not outlast a crash of the server: it waits for no disk.</summary>
    private const string BearsLoss = "SELECT set_config('synchronous_commit', 'off', true)";

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider? _testClock;
    private readonly StoreOptions _options;

    /// <param name="testClock">Null: the server's clock decides.</param>
    public PostgresStore(string url, StoreOptions options, TimeProvider? testClock)
    {
        var address = PostgresUrl.Parse(url);
        Location = address.ForPeople;
        (_options, _testClock) = (options, testClock);
        _source = new NpgsqlDataSourceBuilder(address.ConnectionString).Build();
        _claims = new Together<(ClaimRequest Request, long Worker), IReadOnlyList<Claim>>(ClaimTogetherAsync, MostClaims, ClaimWays);
        _successes = new Together<(AttemptKey Attempt, AttemptEnd End), SuccessAnswer>(SucceedTogetherAsync, MostSuccesses, SuccessWays);
    }

    public string Location { get; }

    public IResults Results => new SqlResults(this);

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await PostgresSchema.MigrateAsync(connection, Location, _options.MigrateUnderNodes, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            throw PostgresFailure.Explain(error, Location);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Runs work in one transaction, again when the server undid it for another's sake.</summary>
    private async Task<T> TransactAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
                var result = await work(new Session(connection, transaction, Now, cancellationToken));
                await transaction.CommitAsync(cancellationToken);
                return result;
            }
            catch (PostgresException error) when (PostgresFailure.IsUndone(error) && attempt < Tries)
            {
                // The winner of the deadlock goes on at once; there is nothing to wait for.
            }
            catch (NpgsqlException error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw PostgresFailure.Explain(error, Location);
            }
        }
    }

    /// <summary>Runs statements as one transaction in one message to the server, and reads the rows of the last.</summary>
    private async Task<IReadOnlyList<T>> AtOnceAsync<T>(
        IReadOnlyList<(string Sql, object?[] Values)> statements, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken);
                await using var batch = new NpgsqlBatch(connection);
                foreach (var (sql, values) in statements)
                {
                    var command = new NpgsqlBatchCommand(sql);
                    foreach (var value in values)
                        command.Parameters.Add(Session.Parameter(value));
                    batch.BatchCommands.Add(command);
                }

                await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
                for (var skipped = 1; skipped < statements.Count; skipped++)
                    await reader.NextResultAsync(cancellationToken);
                var rows = new List<T>();
                while (await reader.ReadAsync(cancellationToken))
                    rows.Add(read(reader));
                return rows;
            }
            catch (PostgresException error) when (PostgresFailure.IsUndone(error) && attempt < Tries)
            {
                // As above.
            }
            catch (NpgsqlException error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw PostgresFailure.Explain(error, Location);
            }
        }
    }

    /// <summary>Null leaves it to the server.</summary>
    private object Now() => _testClock is null ? DBNull.Value : _testClock.GetUtcNow().ToUnixTimeMilliseconds();

    private static DateTimeOffset Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static long Milliseconds(TimeSpan lease) => lease > TimeSpan.Zero
        ? (long)lease.TotalMilliseconds
        : throw new ArgumentOutOfRangeException(nameof(lease), lease, "A lease must be longer than nothing.");

    /// <summary>One transaction and its shorthand. Parameters are positional; where $1 is the clock, <see cref="Clock"/> fills it.</summary>
    private sealed class Session(NpgsqlConnection connection, NpgsqlTransaction transaction, Func<object> now, CancellationToken cancellationToken)
    {
        public NpgsqlConnection Connection { get; } = connection;
        public CancellationToken CancellationToken { get; } = cancellationToken;
        public object Clock => now();

        public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> values)
        {
            var command = new NpgsqlCommand(sql, Connection, transaction);
            foreach (var value in values)
                command.Parameters.Add(Parameter(value));
            return command;
        }

        public async Task<int> ExecuteAsync(string sql, params object?[] values)
        {
            await using var command = Command(sql, values);
            return await command.ExecuteNonQueryAsync(CancellationToken);
        }

        public async Task<object?> ScalarAsync(string sql, params object?[] values)
        {
            await using var command = Command(sql, values);
            var value = await command.ExecuteScalarAsync(CancellationToken);
            return value is DBNull ? null : value;
        }

        /// <summary>Wakes whoever listens, when and if the transaction commits. For rare events: the server commits them one after another.</summary>
        /// <returns>Always true.</returns>
        public async Task<bool> TellAsync(StoreNews news)
        {
            await ScalarAsync("SELECT pg_notify($1, $2)", NewsChannel, Words.Of(news));
            return true;
        }

        public async Task<List<T>> RowsAsync<T>(Func<NpgsqlDataReader, T> read, string sql, params object?[] values)
        {
            await using var command = Command(sql, values);
            await using var reader = await command.ExecuteReaderAsync(CancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(CancellationToken))
                rows.Add(read(reader));
            return rows;
        }

        public static NpgsqlParameter Parameter(object? value) => value switch
        {
            NpgsqlParameter ready => ready,
            null => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            DBNull => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            _ => new NpgsqlParameter { Value = value },
        };
    }

    private static NpgsqlParameter Whole(int? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer };

    private sealed record TrialRow(
        long Key, int Attempt, TrialState State, bool Wanted, bool StopRequested, int Failures, int Epochs, int EpochsDone, int AttemptEpoch, long? LastCheckpoint,
        long? BestCheckpoint, string TrialId, SweepState SweepState, int MaxAttempts, int Losses, int? CheckpointEpoch, long SweepKey)
    {
        public bool IsOwnedBy(AttemptKey attempt) => State == TrialState.Running && Attempt == attempt.Attempt;
    }

    private const string SelectTrialRow = """
        SELECT t.trial_key, t.attempt, t.state, t.wanted, t.stop_requested, t.failures, t.epochs, t.epochs_done, t.attempt_epoch, t.last_checkpoint,
               t.best_checkpoint, t.trial_id, s.state, s.max_attempts, t.losses, t.checkpoint_epoch, t.sweep_key
        FROM t_trials t JOIN t_sweeps s USING (sweep_key)
        """;

    private static TrialRow ReadTrialRow(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), Words.Parse<TrialState>(row.GetString(2)), row.GetBoolean(3), row.GetBoolean(4), row.GetInt32(5), row.GetInt32(6),
        row.GetInt32(7), row.GetInt32(8), LongOrNull(row, 9), LongOrNull(row, 10), row.GetString(11), Words.Parse<SweepState>(row.GetString(12)), row.GetInt32(13), row.GetInt32(14),
        row.IsDBNull(15) ? null : row.GetInt32(15), row.GetInt64(16));

    private static long? LongOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
