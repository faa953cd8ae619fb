using Npgsql;
using VaeSweep.Store.Postgres;

namespace VaeSweep.Store.Tests;

/// <summary>Addresses, starts and losses of a server.</summary>
public sealed class PostgresServerTests(PostgresServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_url_is_read_and_its_password_is_never_shown()
    {
        var url = PostgresUrl.Parse("postgres://me:p%40ss@db.example:6000/lab?sslmode=verify-full&application_name=x");

        var settings = new NpgsqlConnectionStringBuilder(url.ConnectionString);
        Assert.Equal(("me", "p@ss", "db.example", 6000, "lab", SslMode.VerifyFull, "x"), (settings.Username, settings.Password, settings.Host, settings.Port, settings.Database, settings.SslMode, settings.ApplicationName));
        Assert.Equal("postgres://me@db.example:6000/lab", url.ForPeople);
    }

    [Theory]
    [InlineData("postgres://")]
    [InlineData("postgres://host/db?nonsense=1")]
    public void A_url_that_cannot_be_used_is_refused(string url)
    {
        Assert.Throws<StoreException>(() => PostgresUrl.Parse(url));
    }

    [Theory]
    [InlineData("", null, null, SslMode.Prefer, null, true)]
    [InlineData("", "verify-full", null, SslMode.VerifyFull, null, false)]
    [InlineData("", "disable", null, SslMode.Disable, null, false)]
    [InlineData("", "", "", SslMode.Prefer, null, true)]
    [InlineData("", "verify-ca", "/env/ca.crt", SslMode.VerifyCA, "/env/ca.crt", false)]
    [InlineData("?sslmode=prefer", "verify-full", null, SslMode.Prefer, null, false)]
    [InlineData("?sslrootcert=/url/ca.crt", "verify-full", "/env/ca.crt", SslMode.VerifyFull, "/url/ca.crt", false)]
    // As libpq has it: who names an authority means it to be asked.
    [InlineData("?sslmode=require&sslrootcert=/url/ca.crt", null, null, SslMode.VerifyCA, "/url/ca.crt", false)]
    [InlineData("", "require", null, SslMode.Require, null, false)]
    public void What_a_url_does_not_say_of_tls_the_environment_says(string query, string? mode, string? root, SslMode expected, string? authority, bool unguarded)
    {
        var url = PostgresUrl.Parse($"postgres://me@db.example/lab{query}", name => name switch { "PGSSLMODE" => mode, "PGSSLROOTCERT" => root, _ => null });

        var settings = new NpgsqlConnectionStringBuilder(url.ConnectionString);
        Assert.Equal((expected, authority, unguarded), (settings.SslMode, settings.RootCertificate, url.Unguarded));
    }

    [Fact]
    public void A_mode_of_tls_that_is_none_is_refused_with_those_that_are()
    {
        var error = Assert.Throws<StoreException>(() => PostgresUrl.Parse("postgres://me@db.example/lab", name => name == "PGSSLMODE" ? "verify" : null));

        Assert.Equal("The environment has PGSSLMODE=verify. Known: disable, allow, prefer, require, verify-ca, verify-full.", error.Message);
    }

    [Theory]
    [InlineData("", "30s")]
    [InlineData("?options=-c%20idle_in_transaction_session_timeout%3D7s", "7s")]
    public async Task The_server_is_told_to_let_go_of_clients_that_vanish(string query, string transaction)
    {
        var url = await server.CreateDatabaseAsync(Token);
        await using var source = NpgsqlDataSource.Create(PostgresUrl.Parse(url + query).ConnectionString);
        await using var command = source.CreateCommand(
            "SELECT concat_ws(' ', current_setting('tcp_keepalives_idle'), current_setting('tcp_keepalives_interval'), current_setting('tcp_keepalives_count'), current_setting('tcp_user_timeout'), current_setting('idle_in_transaction_session_timeout'))");

        var settings = await command.ExecuteScalarAsync(Token);

        Assert.Equal($"10 5 4 30000 {transaction}", settings);
    }

    [Fact]
    public async Task Ten_nodes_can_migrate_at_once()
    {
        var url = await server.CreateDatabaseAsync(Token);
        var stores = Enumerable.Range(0, 10).Select(_ => StoreFactory.Open(url, TimeProvider.System)).ToArray();

        await Task.WhenAll(stores.Select(store => store.MigrateAsync(Token)));

        foreach (var store in stores)
        {
            Assert.Empty(await store.ListSweepsAsync(Token));
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Trials_of_an_older_store_find_their_points()
    {
        var url = await server.CreateDatabaseAsync(Token);
        await using var store = StoreFactory.Open(url, TimeProvider.System);
        await store.MigrateAsync(Token);
        await store.SubmitAsync(Some.Sweep(), [StoreContract.PointTrial(0, 2, 1), StoreContract.PointTrial(1, 2, 12)], Token);
        await using (var connection = new NpgsqlConnection(PostgresUrl.Parse(url).ConnectionString))
        {
            await connection.OpenAsync(Token);
            await using var back = new NpgsqlCommand(
                $"""
                SET search_path = {PostgresSchema.Name};
                ALTER TABLE t_trials DROP COLUMN point_key CASCADE, DROP COLUMN losses, DROP COLUMN claimed_by; DROP TABLE t_point_changes, t_points CASCADE; DROP TABLE t_file_pieces, t_files; DROP TABLE t_events CASCADE; ALTER TABLE t_evaluations DROP COLUMN file CASCADE, DROP COLUMN sweep_key CASCADE, DROP COLUMN point_key, DROP COLUMN seed;
                DROP INDEX ix_trials_unwanted; DROP TABLE t_queue;
                ALTER TABLE t_sweeps DROP COLUMN priority CASCADE, DROP COLUMN max_running CASCADE, DROP COLUMN stack CASCADE, DROP COLUMN reason CASCADE;
                ALTER TABLE t_nodes DROP COLUMN load CASCADE, DROP COLUMN note CASCADE;
                UPDATE t_schema SET version = 1
                """,
                connection);
            await back.ExecuteNonQueryAsync(Token);
        }

        await store.MigrateAsync(Token);
        await store.SubmitAsync(Some.Sweep(), [StoreContract.PointTrial(0, 2, 1), StoreContract.PointTrial(1, 2, 12), StoreContract.PointTrial(2, 2, 3)], Token);

        Assert.Equal([[3L, 1L, 3L]], (await store.QueryAsync("SELECT count(*), count(DISTINCT point), count(point) FROM trials", null, Some.Lease, Token)).Rows);
        Assert.Equal(3, (await store.ClaimAsync(Some.Claim() with { MaxTrials = 10 }, Token)).Count);
    }

    [Fact]
    public async Task The_servers_clock_decides_about_leases()
    {
        await using var store = StoreFactory.Open(await server.CreateDatabaseAsync(Token), new ManualTime());
        await store.MigrateAsync(Token);
        await store.SubmitAsync(Some.Sweep(), Some.Trials(1), Token);

        await store.ClaimAsync(Some.Claim(), Token);
        var expired = await store.RequeueExpiredAsync(Token);
        var created = (await store.GetSweepAsync("s", Token))!.CreatedAt;

        Assert.Empty(expired);
        Assert.InRange(created, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
    }

    [Fact]
    public async Task A_database_without_a_store_is_named()
    {
        await using var store = StoreFactory.Open(await server.CreateDatabaseAsync(Token), TimeProvider.System);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.ListSweepsAsync(Token));

        Assert.Contains("no VaeSweep store at postgres://tester@127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused()
    {
        var url = await server.CreateDatabaseAsync(Token);
        await using var store = StoreFactory.Open(url, TimeProvider.System);
        await store.MigrateAsync(Token);
        await using var source = NpgsqlDataSource.Create(PostgresUrl.Parse(url).ConnectionString);
        await using var command = source.CreateCommand("UPDATE vaesweep.t_schema SET version = 99");
        await command.ExecuteNonQueryAsync(Token);

        var error = await Assert.ThrowsAsync<StoreOutdatedException>(() => store.MigrateAsync(Token));

        Assert.Contains("newer VaeSweep", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_is_not_changed_under_a_node_and_a_node_learns_of_a_change_from_its_heartbeat()
    {
        var url = await server.CreateDatabaseAsync(Token);
        await using var store = StoreFactory.Open(url, TimeProvider.System);
        await store.MigrateAsync(Token);
        var node = new NodeInfo("n", "gpu03", ["cpu:0"], "0.1.0", null);
        await store.HeartbeatAsync(node, Some.Lease, Token);
        await using var source = NpgsqlDataSource.Create(PostgresUrl.Parse(url).ConnectionString);
        await SetVersionAsync(PostgresSchema.Newest - 1);

        var refused = await Assert.ThrowsAsync<StoreException>(() => store.MigrateAsync(Token));
        await SetVersionAsync(99);
        var outdated = await Assert.ThrowsAsync<StoreOutdatedException>(() => store.HeartbeatAsync(node, Some.Lease, Token));

        Assert.Contains("1 node is at work on it that may not know it: gpu03 (vaesweep 0.1.0)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("has schema 99, written by a newer VaeSweep", outdated.Message, StringComparison.Ordinal);

        async Task SetVersionAsync(int version)
        {
            await using var command = source.CreateCommand($"UPDATE vaesweep.t_schema SET version = {version}");
            await command.ExecuteNonQueryAsync(Token);
        }
    }

    [Fact]
    public async Task A_server_that_is_away_is_said_to_be_away_and_used_again_when_it_is_back()
    {
        var url = await server.CreateDatabaseAsync(Token);
        await using var store = StoreFactory.Open(url, TimeProvider.System);
        await store.MigrateAsync(Token);
        await using var nobody = StoreFactory.Open("postgres://tester@127.0.0.1:1/x", TimeProvider.System);
        await using var source = NpgsqlDataSource.Create(PostgresUrl.Parse(url).ConnectionString);
        await using var kill = source.CreateCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        var away = await Assert.ThrowsAsync<StoreUnreachableException>(() => nobody.ListSweepsAsync(Token));
        var killed = await kill.ExecuteScalarAsync(Token);
        var lost = await Record.ExceptionAsync(() => store.ListSweepsAsync(Token));
        var back = await store.ListSweepsAsync(Token);

        Assert.Contains("cannot be reached", away.Message, StringComparison.Ordinal);
        Assert.IsType<long>(killed);
        Assert.True(lost is null or StoreException, $"{lost}");
        Assert.Empty(back);
    }
}
