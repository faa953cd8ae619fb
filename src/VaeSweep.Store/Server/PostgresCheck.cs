using System.Globalization;
using Npgsql;
using VaeSweep.Store.Postgres;

namespace VaeSweep.Store;

/// <summary>Says what is wrong with an address, step by step: name, door, password, database, schema, rights, clock, and settings that lose data.</summary>
public static class PostgresCheck
{
    private const int OldestVersion = 120_000;
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WrongClock = TimeSpan.FromSeconds(2);

    /// <summary>Stops at the first thing that makes the rest impossible.</summary>
    public static async Task<IReadOnlyList<StoreFinding>> RunAsync(string url, TimeProvider time, CancellationToken cancellationToken)
    {
        var findings = new List<StoreFinding>();
        var address = PostgresUrl.Parse(url);
        var settings = new NpgsqlConnectionStringBuilder(address.ConnectionString) { Pooling = false };
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            findings.Add(new StoreFinding("connection", $"{address.ForPeople} answers", Good: true));
            await CheckServerAsync(connection, settings, findings, time, cancellationToken);
            await CheckSchemaAsync(connection, findings, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            findings.Add(new StoreFinding("connection", PostgresFailure.Explain(error, address.ForPeople).Message, Good: false, Grave: true, AdviceFor(error)));
        }

        return findings;
    }

    private static string AdviceFor(NpgsqlException error) => error switch
    {
        { InnerException: System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.HostNotFound } } => "The host's name is not known here: is it spelt right?",
        { InnerException: System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.ConnectionRefused } } =>
            "The machine is there, but nobody listens on that port: is the server started, and does listen_addresses name this network? A private one: vaesweep store start.",
        { InnerException: TimeoutException } => "Nothing came back: a firewall, or a wrong address.",
        { InnerException: System.Security.Authentication.AuthenticationException } =>
            "The server's certificate does not fit: give the authority's with sslrootcert=FILE, and use the host name that the certificate holds.",
        _ => "",
    };

    private static async Task CheckServerAsync(
        NpgsqlConnection connection, NpgsqlConnectionStringBuilder settings, List<StoreFinding> findings, TimeProvider time, CancellationToken cancellationToken)
    {
        var version = int.Parse(await TextAsync("SHOW server_version_num"), CultureInfo.InvariantCulture);
        findings.Add(new StoreFinding("version", $"PostgreSQL {connection.PostgreSqlVersion}", version >= OldestVersion, Grave: true, "PostgreSQL 12 or newer is needed."));
        var began = time.GetTimestamp();
        var theirs = double.Parse(await TextAsync("SELECT extract(epoch FROM clock_timestamp())::text"), CultureInfo.InvariantCulture);
        var took = time.GetElapsedTime(began);
        var skew = TimeSpan.FromSeconds(theirs - (time.GetUtcNow() - (took / 2) - DateTimeOffset.UnixEpoch).TotalSeconds);
        findings.Add(new StoreFinding(
            "answer", $"{took.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms", took < SlowAnswer, Advice: "Every claim and report takes this way: put the server nearer to the nodes."));
        findings.Add(new StoreFinding(
            "clock", $"{Math.Abs(skew.TotalSeconds).ToString("0.0", CultureInfo.InvariantCulture)} s {(skew < TimeSpan.Zero ? "behind" : "ahead of")} this machine's", skew.Duration() < WrongClock,
            Advice: "Leases do not mind; times that are shown are the server's."));
        var local = settings.Host is "127.0.0.1" or "localhost" or "::1" || settings.Host!.StartsWith('/');
        var encrypted = await TextAsync("SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)::text") == "true";
        var verified = settings.SslMode is SslMode.VerifyFull or SslMode.VerifyCA;
        findings.Add(new StoreFinding(
            "encryption", encrypted ? verified ? "TLS, the server's certificate is verified" : "TLS, the server's certificate is not verified" : "none", local || (encrypted && verified),
            Advice: "Add ?sslmode=verify-full&sslrootcert=FILE to the address."));
        foreach (var setting in new[] { "fsync", "full_page_writes", "synchronous_commit" })
        {
            var value = await TextAsync($"SHOW {setting}");
            if (value == "off")
                findings.Add(new StoreFinding(setting, value, Good: false, Advice: "A power cut may lose what was acknowledged (synchronous_commit) or the whole database (the others)."));
        }

        var free = int.Parse(
            await TextAsync("SELECT (current_setting('max_connections')::int - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'))::text"), CultureInfo.InvariantCulture);
        findings.Add(new StoreFinding("connections", $"{free} free", free > 20, Advice: "A busy node takes a few: raise max_connections."));
        await using (var listen = new NpgsqlCommand("LISTEN vaesweep", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        async Task<string> TextAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
    }

    private static async Task CheckSchemaAsync(NpgsqlConnection connection, List<StoreFinding> findings, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand(
            $"SELECT to_regclass('{PostgresSchema.Name}.t_schema') IS NOT NULL, has_database_privilege(current_database(), 'CREATE')", connection);
        bool there, mayCreate;
        await using (var reader = await find.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            (there, mayCreate) = (reader.GetBoolean(0), reader.GetBoolean(1));
        }

        if (!there)
        {
            findings.Add(new StoreFinding(
                "store", "the database holds none yet", mayCreate, Grave: true,
                mayCreate ? "The first run or submit makes it." : "This user may not make it: let the database's owner run `vaesweep store check` or any command once."));
            return;
        }

        await using var read = new NpgsqlCommand(
            $"""
            SELECT (SELECT max(version) FROM {PostgresSchema.Name}.t_schema), has_table_privilege('{PostgresSchema.Name}.t_trials', 'UPDATE'),
                   has_table_privilege('{PostgresSchema.Name}.t_sweeps', 'INSERT'), has_table_privilege('{PostgresSchema.Name}.t_trials', 'SELECT')
            """,
            connection);
        await using var rights = await read.ExecuteReaderAsync(cancellationToken);
        await rights.ReadAsync(cancellationToken);
        var version = rights.GetInt32(0);
        findings.Add(new StoreFinding(
            "store", $"schema {version}, this vaesweep knows {PostgresSchema.Newest}", version <= PostgresSchema.Newest, Grave: true,
            version > PostgresSchema.Newest ? "Update vaesweep here." : ""));
        var may = (rights.GetBoolean(1), rights.GetBoolean(2), rights.GetBoolean(3)) switch
        {
            (true, true, _) => "train, submit, read",
            (true, false, _) => "train, read",
            (false, true, _) => "submit, read",
            (_, _, true) => "read",
            _ => "",
        };
        findings.Add(new StoreFinding("rights", may.Length > 0 ? $"this user may {may}" : "this user may nothing here", may.Length > 0, Grave: true, "Grant it one of the roles in deploy/postgres/roles.sql."));
    }
}
