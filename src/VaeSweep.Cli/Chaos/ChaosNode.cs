using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using VaeSweep.Store;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>One worker process on its own network, disk and clock.</summary>
internal sealed partial class ChaosNode : IAsyncDisposable
{
    private const int KillSignal = 9;
    private const int ContinueSignal = 18;
    private const int StopSignal = 19;
    private const string DiskSize = "size=24m";

    private readonly string _folder;
    private readonly PrivateServer _server;
    private readonly Dictionary<string, string> _environment;
    private readonly bool _mounted;
    private Process? _process;

    private ChaosNode(int number, string folder, PrivateServer server, bool mounted, string marker)
    {
        Number = number;
        _folder = folder;
        _server = server;
        _mounted = mounted;
        Network = new ChaosProxy(new Uri(server.Url).Port);
        _environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TMPDIR"] = Disk,
            ["PGPASSFILE"] = Path.Combine(folder, "pgpass"),
            [ChaosClock.Variable] = Path.Combine(folder, "clock"),
            [marker] = "1",
        };
    }

    public int Number { get; }

    public ChaosProxy Network { get; }

    public bool Runs => _process is { HasExited: false };

    private string Disk => Path.Combine(_folder, "disk");

    private string LogPath => Path.Combine(_folder, "log");

    public static async Task<ChaosNode> CreateAsync(int number, string parent, PrivateServer server, string marker, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"node{number}")).FullName;
        var disk = Directory.CreateDirectory(Path.Combine(folder, "disk")).FullName;
        var mounted = Environment.IsPrivilegedProcess && await RunAsync("mount", ["-t", "tmpfs", "-o", DiskSize, "vaesweep-chaos", disk], cancellationToken);
        var node = new ChaosNode(number, folder, server, mounted, marker);
        await WriteSecretAsync(node, cancellationToken);
        return node;
    }

    public void Start()
    {
        var (host, database) = (new Uri(_server.Url), new Uri(_server.Url).AbsolutePath);
        var program = TrainerCommand.ForThisProgram(Path.Combine(AppContext.BaseDirectory, "vaesweep.dll"));
        var url = $"postgres://{host.UserInfo}@127.0.0.1:{Network.Port.ToString(CultureInfo.InvariantCulture)}{database}";
        var info = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        foreach (var argument in (string[])["-c", "out=$1; shift; exec \"$@\" >>\"$out\" 2>&1 </dev/null", "sh", LogPath, program.FileName, .. program.Arguments,
                     "worker", "--store", url, "--devices", "cpu:1", "--share", "--lease", "8", "--verbose"])
        {
            info.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in _environment)
        {
            info.Environment[name] = value;
        }

        // The one before is left to the collector: a drain may still wait for its end.
        _process = Process.Start(info) ?? throw new CliException($"{program.FileName} could not be started.", ExitCodes.Failed);
    }

    /// <summary>Whether it is the node of this name, which holds its process's number.</summary>
    public bool IsNamed(string name) => Runs && name.Split(':') is [_, var pid, ..] && pid == _process!.Id.ToString(CultureInfo.InvariantCulture);

    public void Kill() => Signal(KillSignal);

    public void Halt() => Signal(StopSignal);

    public void Continue() => Signal(ContinueSignal);

    /// <summary>Kills what trains for this node, if anything does.</summary>
    public void KillTrainers()
    {
        if (_process is { HasExited: false } process)
        {
            foreach (var child in ProcessList.ChildrenOf(process.Id))
            {
                _ = KillCall(child, KillSignal);
            }
        }
    }

    public void JumpClock(double seconds) => File.WriteAllText(_environment[ChaosClock.Variable], seconds.ToString(CultureInfo.InvariantCulture));

    /// <summary>Leaves no byte free; only where the node has a disk of its own.</summary>
    public bool FillDisk()
    {
        if (!_mounted)
        {
            return false;
        }

        try
        {
            using var filler = new FileStream(Path.Combine(Disk, "filler"), FileMode.Create, FileAccess.Write);
            var block = new byte[1 << 16];
            while (true)
            {
                filler.Write(block);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void ClearDisk() => File.Delete(Path.Combine(Disk, "filler"));

    public string LastLines(int count) => File.Exists(LogPath) ? string.Join('\n', File.ReadLines(LogPath).TakeLast(count)) : "";

    /// <summary>Asks it to leave in order, and waits.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> LeaveAsync(CancellationToken cancellationToken)
    {
        if (_process is not { } process)
        {
            return 0;
        }

        if (!process.HasExited)
        {
            Signal(15);
        }

        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (Runs)
        {
            Continue();
            Kill();
            await _process!.WaitForExitAsync();
        }

        _process?.Dispose();
        await Network.DisposeAsync();
        if (_mounted)
        {
            await RunAsync("umount", ["-l", Disk], CancellationToken.None);
        }
    }

    private static async Task WriteSecretAsync(ChaosNode node, CancellationToken cancellationToken)
    {
        // The node's network is another port, for which the server's own file has no line.
        var line = (await File.ReadAllTextAsync(node._server.PassFile, cancellationToken)).Split(':');
        var path = node._environment["PGPASSFILE"];
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"*:*:*:{line[3]}:{line[4]}"), cancellationToken);
    }

    private static async Task<bool> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true });
            await process!.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private void Signal(int signal)
    {
        if (_process is { HasExited: false } process)
        {
            _ = KillCall(process.Id, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int KillCall(int pid, int signal);
}
