using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace VaeSweep.Benchmarks;

/// <summary>A PostgreSQL of its own, from the installed binaries, gone when disposed.</summary>
/// <remarks>Without syncing to the disk: filling is not what is measured with it.</remarks>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    private const string BinariesFolder = "/usr/lib/postgresql";
    private const string SystemUser = "postgres";
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"vaesweep-postgres-{Guid.NewGuid():N}");

    private PrivatePostgres()
    {
    }

    public string Address { get; private set; } = "";

    /// <returns>Null where PostgreSQL is not installed.</returns>
    public static async Task<PrivatePostgres?> StartAsync(CancellationToken cancellationToken)
    {
        if (Binaries() is null)
        {
            return null;
        }

        var server = new PrivatePostgres();
        Directory.CreateDirectory(server._folder);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", [SystemUser, server._folder], cancellationToken);
        }

        var port = FreePort();
        await server.ProgramAsync("initdb", cancellationToken, "-D", server.Data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await server.ProgramAsync(
            "pg_ctl", cancellationToken, "start", "-w", "-D", server.Data, "-l", Path.Combine(server._folder, "log"),
            "-o", $"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={server._folder} -c fsync=off");
        server.Address = $"postgres://bench@127.0.0.1:{port}/postgres";
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await ProgramAsync("pg_ctl", CancellationToken.None, "stop", "-D", Data, "-m", "immediate");
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private static string? Binaries() => Directory.Exists(BinariesFolder)
        ? Directory.GetDirectories(BinariesFolder).Select(v => Path.Combine(v, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max(StringComparer.Ordinal)
        : null;

    private Task ProgramAsync(string program, CancellationToken cancellationToken, params string[] arguments)
    {
        var path = Path.Combine(Binaries()!, program);
        // The server refuses root.
        return Environment.IsPrivilegedProcess
            ? RunAsync("runuser", ["-u", SystemUser, "--", path, .. arguments], cancellationToken)
            : RunAsync(path, arguments, cancellationToken);
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = "/", RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
