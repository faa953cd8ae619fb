using Npgsql;

namespace VaeSweep.Store.Postgres;

/// <summary>A postgres:// address as people write it, and as the driver wants it.</summary>
/// <param name="ForPeople">Without the password.</param>
/// <param name="Unguarded">Another machine, and not a word on whether it is to be verified.</param>
internal sealed record PostgresUrl(string ConnectionString, string ForPeople, bool Unguarded)
{
    private const int DefaultPort = 5432;
    private const string SslMode = "SSL Mode";
    private const string KnownModes = "disable, allow, prefer, require, verify-ca, verify-full";

    /// <summary>What the server is to do about a client that has vanished without a word, of which nobody tells it: its locks must not outlive its leases by much.</summary>
    /// <remarks>A transaction here never waits for anything but its next statement.</remarks>
    private const string LetGoOfTheLost =
        "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4 -c tcp_user_timeout=30000 -c idle_in_transaction_session_timeout=30000";

    private const string Encode = "A password with / ? # or @ is better kept in a file named by PGPASSFILE; in a URL they are written %2F %3F %23 %40.";

    public static bool IsOne(string location) =>
        location.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || location.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    public static bool HasPassword(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.UserInfo.Contains(':', StringComparison.Ordinal) || uri.Query.Contains("password", StringComparison.OrdinalIgnoreCase));

    /// <summary>postgres://user:password@host:port/database?sslmode=verify-full. What is missing comes from PGUSER, PGPASSWORD, PGPASSFILE, PGSSLMODE, PGSSLROOTCERT and so
    /// on, as with PostgreSQL's own programs.</summary>
    /// <param name="variable">Of the environment; this process's where there is none.</param>
    /// <exception cref="StoreException">It is none, or names a setting that the driver does not know.</exception>
    public static PostgresUrl Parse(string url, Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw new StoreException($"The store's URL cannot be read. Expected: postgres://user@host:5432/database. {Encode}");
        // What follows the host is shown in messages: half of a password must not be taken for it.
        if (uri.PathAndQuery.Contains('@', StringComparison.Ordinal))
            throw new StoreException($"The store's URL holds an @ behind its host. {Encode}");
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.IdnHost,
            Port = uri.Port > 0 ? uri.Port : DefaultPort,
            ApplicationName = "vaesweep",
            SearchPath = PostgresSchema.Name,
            KeepAlive = 30,
            // The same from this end: a router that has forgotten the connection answers nothing.
            TcpKeepAlive = true,
            TcpKeepAliveTime = 10,
            TcpKeepAliveInterval = 5,
            Timeout = 10,
            CommandTimeout = 60,
            MaxPoolSize = 40,
            // Claims and reports are few statements, each run many thousand times.
            MaxAutoPrepare = 40,
            AutoPrepareMinUsages = 3,
        };
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            builder.Password = Uri.UnescapeDataString(user[1]);
        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        if (database.Length > 0)
            builder.Database = database;
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var key, var text] ? (Uri.UnescapeDataString(key), Uri.UnescapeDataString(text)) : (pair, "");
            try
            {
                if (Setting(name) == SslMode)
                    builder.SslMode = Mode(value, "The store's URL has sslmode=");
                else
                    builder[Setting(name)] = value;
            }
            catch (ArgumentException error)
            {
                throw new StoreException($"The store's URL has a '{name}' that the driver does not take. Known: sslmode ({KnownModes}), sslrootcert, passfile, options, application_name, connect_timeout.", error);
            }
        }

        // The driver reads PGSSLROOTCERT by itself, and knows no PGSSLMODE.
        if (!builder.ShouldSerialize(SslMode) && variable("PGSSLMODE") is { Length: > 0 } mode)
            builder.SslMode = Mode(mode, "The environment has PGSSLMODE=");
        builder.RootCertificate ??= variable("PGSSLROOTCERT") is { Length: > 0 } root ? root : null;
        if (builder is { SslMode: Npgsql.SslMode.Require, RootCertificate: not null })
            builder.SslMode = Npgsql.SslMode.VerifyCA;
        builder.Options = $"{LetGoOfTheLost} {builder.Options ?? variable("PGOPTIONS")}".TrimEnd();

        return new PostgresUrl(builder.ConnectionString, $"postgres://{builder.Username}@{uri.Host}:{builder.Port}/{builder.Database}", !uri.IsLoopback && !builder.ShouldSerialize(SslMode));
    }

    private static Npgsql.SslMode Mode(string word, string where) => word.ToLowerInvariant() switch
    {
        "disable" => Npgsql.SslMode.Disable,
        "allow" => Npgsql.SslMode.Allow,
        "prefer" => Npgsql.SslMode.Prefer,
        "require" => Npgsql.SslMode.Require,
        "verify-ca" or "verifyca" => Npgsql.SslMode.VerifyCA,
        "verify-full" or "verifyfull" => Npgsql.SslMode.VerifyFull,
        _ => throw new StoreException($"{where}{word}. Known: {KnownModes}."),
    };

    private static string Setting(string name) => name.ToLowerInvariant() switch
    {
        "sslmode" => SslMode,
        "sslrootcert" => "Root Certificate",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        _ => name,
    };
}
