using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using VaeSweep.Store.Postgres;

namespace VaeSweep.Store;

/// <summary>How a private PostgreSQL is laid out.</summary>
public sealed record PrivateServerOptions
{
    /// <summary>Null takes a free one the first time, and the same from then on.</summary>
    public int? Port { get; init; }

    /// <summary>Addresses that it listens on; the loopback alone where nothing is said.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>Settings of postgresql.conf beyond ours: name=value.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}

/// <summary>A PostgreSQL of one's own, from the installed programs, in one folder: for a lab without a server.</summary>
/// <remarks>The folder holds <c>data</c> (the server's), <c>log</c>, <c>password</c> and <c>pgpass</c> (readable by their owner alone), and where it listens to
/// other machines <c>server.crt</c>, which they verify it by.</remarks>
public sealed class PrivateServer
{
    private const string User = "vaesweep";
    private const string Database = "vaesweep";
    private const int PasswordBytes = 24;

    private readonly PostgresPrograms _programs;

    private PrivateServer(string folder, PostgresPrograms programs)
    {
        Folder = folder;
        _programs = programs;
    }

    public string Folder { get; }

    /// <summary>A file in PostgreSQL's format that knows the password: for PGPASSFILE.</summary>
    public string PassFile => Path.Combine(Folder, "pgpass");

    /// <summary>What other machines verify the server by; there only where it listens to them.</summary>
    public string Certificate => Path.Combine(Folder, "server.crt");

    public string LogFile => Path.Combine(Data, "server.log");

    /// <summary>The address without the password.</summary>
    public string Url { get; private set; } = "";

    private string Data => Path.Combine(Folder, "data");

    private string PasswordFile => Path.Combine(Folder, "password");

    private string PortFile => Path.Combine(Folder, "port");

    private string ListenFile => Path.Combine(Folder, "listen");

    /// <summary>Starts the server of a folder, made first where there is none. One that runs already is left as it is.</summary>
    /// <exception cref="StoreException">PostgreSQL is not installed, or did not start; the message holds what it said.</exception>
    public static async Task<PrivateServer> StartAsync(string folder, PrivateServerOptions options, CancellationToken cancellationToken)
    {
        var server = Open(folder);
        if (!File.Exists(server.PasswordFile) || !Directory.Exists(server.Data))
        {
            await server.CreateAsync(options, cancellationToken);
        }

        server.ReadAddress();
        if (!await server.AnswersAsync(cancellationToken))
        {
            await server._programs.RunAsync("pg_ctl", ["start", "-w", "-t", "60", "-D", server.Data, "-l", server.LogFile], cancellationToken);
        }

        await server.CreateDatabaseAsync(cancellationToken);
        return server;
    }

    /// <summary>The server of a folder, whether or not it runs.</summary>
    /// <exception cref="StoreException">PostgreSQL is not installed.</exception>
    public static PrivateServer Open(string folder)
    {
        var programs = PostgresPrograms.Find()
            ?? throw new StoreException("PostgreSQL is not installed on this machine. Debian: apt-get install postgresql; or name a server elsewhere with --store postgres://...");
        var server = new PrivateServer(Path.GetFullPath(folder), programs);
        if (File.Exists(server.PortFile))
        {
            server.ReadAddress();
        }

        return server;
    }

    /// <param name="mode">fast (ends what runs), smart (waits for it) or immediate (as a crash would).</param>
    public Task StopAsync(string mode, CancellationToken cancellationToken) => _programs.RunAsync("pg_ctl", ["stop", "-D", Data, "-m", mode], cancellationToken);

    /// <summary>Whether somebody answers at its address.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            return false;
        }

        try
        {
            await using var connection = await ConnectAsync("postgres", cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>The address with the password, for a process that shows it to nobody.</summary>
    public string SecretUrl() => Url.Replace($"{User}@", $"{User}:{File.ReadAllText(PasswordFile).Trim()}@", StringComparison.Ordinal);

    private async Task CreateAsync(PrivateServerOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        if (Directory.Exists(Data) && Directory.EnumerateFileSystemEntries(Data).Any())
        {
            throw new StoreException($"{Data} holds something that this program did not make. Name another folder.");
        }

        var password = Convert.ToBase64String(RandomNumberGenerator.GetBytes(PasswordBytes)).Replace('+', '-').Replace('/', '_');
        var port = options.Port ?? FreePort();
        var first = options.Listen.Split(',')[0].Trim();
        var host = first is "*" or "0.0.0.0" or "::" ? Dns.GetHostName() : first;
        await File.WriteAllTextAsync(PortFile, port.ToString(CultureInfo.InvariantCulture), cancellationToken);
        await File.WriteAllTextAsync(ListenFile, host, cancellationToken);
        Directory.CreateDirectory(Data);
        var handed = Path.Combine(Data, "..", "initial-password");
        WriteSecret(handed, password);
        await PostgresPrograms.HandOverAsync(Data, cancellationToken);
        await PostgresPrograms.HandOverAsync(handed, cancellationToken);
        await _programs.RunAsync(
            "initdb", ["-D", Data, "-U", User, "-A", "scram-sha-256", $"--pwfile={handed}", "-E", "UTF8", "--locale=C"], cancellationToken);
        File.Delete(handed);
        await ConfigureAsync(options, port, cancellationToken);
        WriteSecret(PassFile, $"*:{port.ToString(CultureInfo.InvariantCulture)}:*:{User}:{password}\n");
        // Last: its being there says that all the rest is.
        WriteSecret(PasswordFile, password + "\n");
    }

    private async Task ConfigureAsync(PrivateServerOptions options, int port, CancellationToken cancellationToken)
    {
        var local = options.Listen is "127.0.0.1" or "localhost" or "::1";
        var settings = new List<string>
        {
            $"port = {port.ToString(CultureInfo.InvariantCulture)}", $"listen_addresses = '{options.Listen.Replace("'", "''", StringComparison.Ordinal)}'",
            // No other program is to come in by a socket file.
            "unix_socket_directories = ''", "max_connections = 400", "password_encryption = scram-sha-256", "shared_buffers = 256MB", "max_wal_size = 2GB",
            "tcp_keepalives_idle = 30", "idle_in_transaction_session_timeout = '10min'",
        };
        var access = new List<string> { "host all all 127.0.0.1/32 scram-sha-256", "host all all ::1/128 scram-sha-256" };
        if (!local)
        {
            var (certificate, key) = ServerCertificate.Create([Dns.GetHostName(), .. options.Listen.Split(',', StringSplitOptions.TrimEntries)]);
            await File.WriteAllTextAsync(Path.Combine(Data, "server.crt"), certificate, cancellationToken);
            WriteSecret(Path.Combine(Data, "server.key"), key);
            await File.WriteAllTextAsync(Certificate, certificate, cancellationToken);
            settings.Add("ssl = on");
            settings.Add("ssl_min_protocol_version = 'TLSv1.2'");
            access.Add("hostssl all all all scram-sha-256");
        }

        settings.AddRange(options.Settings.Select(setting => setting.Replace("=", " = ", StringComparison.Ordinal)));
        await File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), "\n" + string.Join('\n', settings) + "\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Data, "pg_hba.conf"), string.Join('\n', access) + "\n", cancellationToken);
        await PostgresPrograms.HandOverAsync(Data, cancellationToken);
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync("postgres", cancellationToken);
        await using var exists = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", connection) { Parameters = { new() { Value = Database } } };
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(string database, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresUrl.Parse(SecretUrl()).ConnectionString) { Database = database, Pooling = false, Timeout = 5, SearchPath = null };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private void ReadAddress() => Url = $"postgres://{User}@{File.ReadAllText(ListenFile).Trim()}:{File.ReadAllText(PortFile).Trim()}/{Database}"
        + (File.Exists(Certificate) ? $"?sslmode=verify-full&sslrootcert={Uri.EscapeDataString(Certificate)}" : "");

    /// <summary>Readable by its owner alone from the first byte on.</summary>
    private static void WriteSecret(string path, string text)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
