using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(VaeSweep.Store.Tests.PostgresServer))]

namespace VaeSweep.Store.Tests;

/// <summary>A private PostgreSQL on the loopback, from the installed binaries, started when the first test asks for it and gone after the last.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string BinariesFolder = "/usr/lib/postgresql";
    private const string SystemUser = "postgres";

    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _folder = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"vaesweep-postgres-{Guid.NewGuid():N}");
    private string? _server;
    private int _databases;

    /// <summary>A new, empty database; skips the test where PostgreSQL is not installed, unless the CI promises it.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _server ??= await StartAsync(cancellationToken);
            var name = $"test{++_databases}";
            await using var connection = new NpgsqlConnection($"{_server};Database=postgres");
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE template0", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            var settings = new NpgsqlConnectionStringBuilder(_server);
            return $"postgres://{settings.Username}@{settings.Host}:{settings.Port}/{name}";
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await RunAsync("pg_ctl", CancellationToken.None, "stop", "-D", Data, "-m", "immediate");
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        _gate.Dispose();
    }

    private string Data => Path.Combine(_folder, "data");

    private async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        if (Binaries() is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"CI promises PostgreSQL, but {BinariesFolder} holds none.");
            Assert.Skip("PostgreSQL is not installed (apt-get install postgresql).");
        }

        Directory.CreateDirectory(_folder);
        if (Environment.IsPrivilegedProcess)
            await ProcessAsync("chown", cancellationToken, SystemUser, _folder);
        var port = FreePort();
        await RunAsync("initdb", cancellationToken, "-D", Data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await RunAsync(
            "pg_ctl", cancellationToken, "start", "-w", "-D", Data, "-l", Path.Combine(_folder, "log"),
            "-o", $"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={_folder} -c fsync=off -c full_page_writes=off -c max_connections=200");
        return $"Host=127.0.0.1;Port={port};Username=tester;Pooling=false";
    }

    private static string? Binaries() => Directory.Exists(BinariesFolder)
        ? Directory.GetDirectories(BinariesFolder).Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max(StringComparer.Ordinal)
        : null;

    /// <summary>Runs one of the server's programs; as root under the server's own user, because it refuses root.</summary>
    private static Task RunAsync(string program, CancellationToken cancellationToken, params string[] arguments)
    {
        var path = Path.Combine(Binaries()!, program);
        return Environment.IsPrivilegedProcess
            ? ProcessAsync("runuser", cancellationToken, ["-u", SystemUser, "--", path, .. arguments])
            : ProcessAsync(path, cancellationToken, arguments);
    }

    private static async Task ProcessAsync(string program, CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = "/", RedirectStandardOutput = true })!;
        // The server inherits the pipe and never closes it: wait for the program, not for the end of its output.
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
