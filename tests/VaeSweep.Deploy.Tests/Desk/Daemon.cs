using System.Diagnostics;

namespace VaeSweep.Deploy.Tests;

/// <summary>A program in the background that ends with its test, even when the test is killed: a shell beside it waits for the
/// test's end of a pipe to close.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private const string Guard =
        "out=$1; end=$2; shift 2; \"$@\" >>\"$out\" 2>&1 </dev/null & child=$!; "
        + "cat >/dev/null; kill -$end $child 2>/dev/null; wait $child";

    private readonly Process _shell;
    private readonly string _log;

    private Daemon(Process shell, string log) => (_shell, _log) = (shell, log);

    public string Log => File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <summary>The program's process; 0 when it has ended.</summary>
    public int Pid => ProcessList.ChildrenOf(_shell.Id).FirstOrDefault(pid => Name(pid) is not "cat");

    // The shell starts what keeps it waiting after the program: alone, that is what is left of both.
    private bool HasEnded => ProcessList.ChildrenOf(_shell.Id).Select(Name).ToList() is { Count: > 0 } names
        && names.TrueForAll(name => name is "cat");

    public static Daemon Start(
        string folder, string log, IReadOnlyDictionary<string, string?> environment, params IReadOnlyList<string> command) =>
        Start(folder, log, environment, "TERM", command);

    /// <param name="end">Signal that ends the program with its test.</param>
    public static Daemon Start(
        string folder, string log, IReadOnlyDictionary<string, string?> environment, string end, IReadOnlyList<string> command)
    {
        var info = new ProcessStartInfo("sh", ["-c", Guard, "sh", log, end, .. command])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            info.Environment[name] = value;

        return new Daemon(Process.Start(info)!, log);
    }

    /// <summary>Whether it is the shell beside the program, or what keeps that waiting.</summary>
    public bool IsGuard(int pid) => pid == _shell.Id || (Name(pid) is "cat" && ProcessList.ChildrenOf(_shell.Id).Contains(pid));

    /// <summary>Waits for the program to leave by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await Until.HoldsAsync(() => HasEnded, () => Log, cancellationToken);
        return await EndShellAsync();
    }

    /// <summary>Asks the program to leave in order.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> LeaveAsync() => EndShellAsync();

    public async ValueTask DisposeAsync()
    {
        await EndShellAsync();
        _shell.Dispose();
    }

    private async Task<int> EndShellAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        return _shell.ExitCode;
    }

    private static string Name(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim();
        }
        catch (IOException)
        {
            return "cat";
        }
    }
}
