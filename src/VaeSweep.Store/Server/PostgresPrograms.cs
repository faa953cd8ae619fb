using System.Diagnostics;

namespace VaeSweep.Store;

/// <summary>PostgreSQL's own programs as they are installed on this machine, run under a user that the server accepts.</summary>
/// <param name="Folder">Holds initdb, pg_ctl and postgres.</param>
public sealed record PostgresPrograms(string Folder)
{
    private const string DebianFolder = "/usr/lib/postgresql";
    private const string SystemUser = "postgres";

    /// <summary>The server refuses to run as root; Debian's packages bring a user for it.</summary>
    private static bool IsRoot => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <summary>The newest installed ones; null when there are none.</summary>
    public static PostgresPrograms? Find()
    {
        var debian = Directory.Exists(DebianFolder)
            ? Directory.GetDirectories(DebianFolder).OrderByDescending(version => double.TryParse(Path.GetFileName(version), out var number) ? number : 0).Select(version => Path.Combine(version, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return debian.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl"))) is { } found
            ? new PostgresPrograms(found)
            : null;
    }

    /// <summary>Gives a folder to the user that the server runs as.</summary>
    public static async Task HandOverAsync(string path, CancellationToken cancellationToken)
    {
        if (IsRoot)
        {
            await StartAsync("chown", ["-R", SystemUser, path], null, cancellationToken);
        }
    }

    /// <exception cref="StoreException">It failed; the message holds what it said.</exception>
    public Task RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder, program);
        return IsRoot
            ? StartAsync("runuser", ["-u", SystemUser, "--", path, .. arguments], null, cancellationToken)
            : StartAsync(path, arguments, null, cancellationToken);
    }

    private static async Task StartAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken)
    {
        // A server that is started inherits whatever is open: its output goes to a file, never to a pipe that somebody reads to its end.
        var said = Path.GetTempFileName();
        try
        {
            var info = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = "/" };
            foreach (var argument in (string[])["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", said, program, .. arguments])
            {
                info.ArgumentList.Add(argument);
            }

            using var process = Process.Start(info) ?? throw new StoreException($"{program} could not be started.");
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new StoreException($"`{program} {string.Join(' ', arguments)}` ended with code {process.ExitCode}:\n{(await File.ReadAllTextAsync(said, cancellationToken)).Trim()}");
            }
        }
        finally
        {
            File.Delete(said);
        }
    }
}
