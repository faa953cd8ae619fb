using System.Diagnostics;
using System.Text;

namespace VaeSweep.Chaos;

/// <summary>One real `vaesweep` process with all its trainers, in a session of its own, as a shell would start it.</summary>
internal sealed class CommandRun : IDisposable
{
    /// <summary>Far above what anything here takes; a machine may be busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>What is started: the program that these tests were built with, which is compiled at each of its starts, or in
    /// its place the one that VAESWEEP_PROGRAM names. Of a thousand starts that is the most of the time.</summary>
    private static readonly string _program = Environment.GetEnvironmentVariable("VAESWEEP_PROGRAM") is { Length: > 0 } named
        ? named : Path.Combine(AppContext.BaseDirectory, "vaesweep");

    /// <summary>Set in the environment of the run and so of all that it starts: the system gives the number of a run that has
    /// ended to others.</summary>
    private const string Mark = "VAESWEEP_CHAOS_RUN";

    private readonly Process _process;
    private readonly string _mark;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Lock _lock = new();
    private readonly List<(string Text, TaskCompletionSource Said)> _awaited = [];

    private CommandRun(ProcessStartInfo info)
    {
        _mark = Guid.NewGuid().ToString("N");
        info.Environment[Mark] = _mark;
        _process = new Process { StartInfo = info };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Start();
        Pid = _process.Id;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The session's and the group's number too: `setsid` runs the program in its own place.</summary>
    public int Pid { get; }

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    public bool HasEnded => _process.HasExited;

    /// <summary>Whether a text was on the standard error.</summary>
    public bool HasSaid(string text) => Errors.Contains(text, StringComparison.Ordinal);

    public static CommandRun Start(string folder, params IReadOnlyList<string> arguments) =>
        Start(folder, environment: null, arguments);

    public static CommandRun Start(
        string folder, IReadOnlyDictionary<string, string>? environment, params IReadOnlyList<string> arguments)
    {
        // A shell without job control starts what runs behind it with Ctrl-C ignored, and children inherit that.
        var info = new ProcessStartInfo(
            "setsid", ["env", "--default-signal=INT", _program, .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var set in new[] { "VAESWEEP_STORE", "VAESWEEP_HEAD", "VAESWEEP_KEY", "VAESWEEP_ARTIFACTS" })
            info.Environment.Remove(set);

        // Tests run side by side, on as few cores as there are.
        info.Environment["VAESWEEP_SHARE"] = "1";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            info.Environment[name] = value;

        return new CommandRun(info);
    }

    /// <summary>Waits for a text on the standard error.</summary>
    public async Task SaidAsync(string text, CancellationToken cancellationToken)
    {
        TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_errors.ToString().Contains(text, StringComparison.Ordinal))
                return;

            _awaited.Add((text, said));
        }

        await said.Task.WaitAsync(Patience, cancellationToken);
    }

    /// <summary>Waits for its end, for as long as it has something to say.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        for (var said = ""; !await ExitsAsync(cancellationToken);)
        {
            if (Errors == said)
                throw new TimeoutException($"vaesweep did not end, nor say anything more within {Patience}. It said:\n{said}");
            said = Errors;
        }

        return _process.ExitCode;
    }

    /// <summary>As the terminal does it: to every process of the group.</summary>
    public void SignalGroup(int signal) => Posix.Signal(-Pid, signal);

    public void SignalParent(int signal) => Posix.Signal(Pid, signal);

    /// <summary>The trainers that live now.</summary>
    public IReadOnlyList<int> Trainers() => [.. Posix.MembersOfSession(Pid).Where(pid => pid != Pid)];

    /// <summary>Waits for whatever this run started to be gone, without touching it.</summary>
    public void AssertNoneLeft()
    {
        // Who was being started while the others ended is seen on a second look.
        for (var left = Posix.MembersOfSession(Pid); left.Count > 0; left = Posix.MembersOfSession(Pid))
        {
            Assert.All(
                left, pid => Assert.True(Posix.WaitForEnd(pid, Patience), $"process {pid} of session {Pid} outlived its parent"));
        }
    }

    public void Dispose()
    {
        // Who was being started while the others were killed is seen on a second look.
        for (var left = Own(); left.Count > 0; left = Own())
        {
            foreach (var pid in left)
                Posix.Signal(pid, Posix.Kill);
            foreach (var pid in left)
                Posix.WaitForEnd(pid, Patience);
        }

        _process.Dispose();
    }

    private IReadOnlyList<int> Own() => [.. Posix.MembersOfSession(Pid).Where(pid => Posix.HasVariable(pid, Mark, _mark))];

    private async Task<bool> ExitsAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Keep(StringBuilder text, string? line)
    {
        lock (_lock)
        {
            text.Append(line).Append(line is null ? "" : "\n");
            foreach (var (_, said) in _awaited.FindAll(a => line?.Contains(a.Text, StringComparison.Ordinal) == true))
                said.TrySetResult();
        }
    }

    private string Read(StringBuilder text)
    {
        lock (_lock)
        {
            return text.ToString();
        }
    }
}
