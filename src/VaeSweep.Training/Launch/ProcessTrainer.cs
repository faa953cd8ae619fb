using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>A trainer in a child process. Jobs that are given while one runs wait in the child, so that its device need not idle
/// between two.</summary>
/// <remarks>Its two output streams are read by threads of their own: blocking reads on the thread pool would starve a node with
/// many devices.</remarks>
internal sealed class ProcessTrainer : ITrainer
{
    private const int LastLines = 20;
    private static readonly TimeSpan _exitPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly int _pid;
    private readonly Stream _input;
    private readonly TextTail _errors = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Job> _jobs = [];
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TrainerCrashedException? _crash;
    private long _lastJob;
    private bool _disposed;

    public ProcessTrainer(Process process, string device, TimeProvider time)
    {
        (_process, Device, _time) = (process, device, time);
        _pid = process.Id;
        _input = process.StandardInput.BaseStream;
        var errors = new Thread(ReadErrors) { IsBackground = true, Name = $"trainer-stderr {device}" };
        errors.Start();
        new Thread(() => ReadMessages(errors)) { IsBackground = true, Name = $"trainer-stdout {device}" }.Start();
    }

    public string Device { get; }

    public string Provenance { get; private set; } = "{}";

    /// <summary>Waits for the child's first message.</summary>
    public async Task WaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            Provenance = await _ready.Task.WaitAsync(timeout, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            var lines = _errors.Lines(LastLines);
            throw new TrainerCrashedException(
                $"The trainer for {Device} (process {_pid}) was not ready after {timeout.TotalSeconds:0} s.{Quote(lines)}", null,
                lines);
        }
    }

    public IAsyncEnumerable<TrainerEvent> RunAsync(TrainerJob job, CancellationToken cancellationToken)
    {
        // Sent before the first event is asked for, so that a Stop that follows at once finds the job known.
        var running = new Job(job.Trials.Select(trial => trial.TrialKey).ToArray())
        {
            Logs = [.. job.Trials.Select(trial => Path.Combine(trial.ArtifactsFolder, TrainerLog.FileName))],
        };
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_crash is not null)
                throw _crash;

            running.Number = ++_lastJob;
            _jobs.Add(running.Number, running);
            Send(new ToTrainer(running.Number, Run: job));
        }

        return EventsOf(running, cancellationToken);
    }

    public void Stop(IReadOnlyCollection<long> trialKeys)
    {
        lock (_lock)
        {
            if (!_disposed && _jobs.Values.Any(job => job.TrialKeys.Intersect(trialKeys).Any()))
                Send(new ToTrainer(_lastJob, Stop: trialKeys.ToArray()));
        }
    }

    /// <summary>Closes the child's input, which ends it; kills it when it does not end.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return;

            _disposed = true;
        }

        try
        {
            await _input.DisposeAsync();
        }
        catch (IOException)
        {
            // It had ended with a message to it half written; there is nobody left to tell.
        }

        try
        {
            await _ended.Task.WaitAsync(_exitPatience, _time);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await _ended.Task;
        }

        _process.Dispose();
    }

    private async IAsyncEnumerable<TrainerEvent> EventsOf(Job job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happened in job.Events.Reader.ReadAllAsync(cancellationToken))
                yield return happened;
        }
        finally
        {
            // Left early: the child must not go on with work that nobody listens to.
            if (!job.Events.Reader.Completion.IsCompleted)
                Stop(job.TrialKeys);
        }
    }

    private void Send(ToTrainer message)
    {
        try
        {
            Frame.Write(_input, MessageJson.Write(message));
        }
        catch (IOException)
        {
            // The child is gone; the thread that reads its output sees that too and reports it with its last words.
        }
    }

    private void ReadErrors()
    {
        var buffer = new byte[4096];
        try
        {
            var stream = _process.StandardError.BaseStream;
            for (int got; (got = stream.Read(buffer)) > 0;)
            {
                _errors.Append(buffer.AsSpan(0, got));
                Keep(buffer.AsSpan(0, got));
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // As an end of the stream.
        }
    }

    /// <summary>Keeps what is printed beside the checkpoints of those that are trained.</summary>
    private void Keep(ReadOnlySpan<byte> printed)
    {
        string[] logs;
        lock (_lock)
            logs = [.. _jobs.Values.SelectMany(job => job.Logs)];
        foreach (var log in logs)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(log)!);
                using var file = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                if (file.Length < TrainerLog.MostBytes)
                    file.Write(printed);
            }
            catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
            {
                // It is for people alone: training goes on without it.
            }
        }
    }

    private void ReadMessages(Thread errors)
    {
        FrameException? broken = null;
        try
        {
            var output = _process.StandardOutput.BaseStream;
            while (Frame.Read(output) is { } payload)
                Dispatch(MessageJson.ReadFromTrainer(payload));
        }
        catch (FrameException notFrames)
        {
            broken = notFrames;
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // As an end of the stream.
        }

        if (!_process.WaitForExit(_exitPatience))
        {
            // It closed its output and lives on: it can tell nothing any more.
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        errors.Join(_exitPatience);
        End(broken);
    }

    private void Dispatch(FromTrainer message)
    {
        if (message.Ready is { } provenance)
        {
            _ready.TrySetResult(provenance);
            return;
        }

        Job? job;
        lock (_lock)
        {
            if (message.JobDone)
                _jobs.Remove(message.Job, out job);
            else
                _jobs.TryGetValue(message.Job, out job);
        }

        if (message.JobDone)
            job?.Events.Writer.TryComplete();
        else if (message.Event is { } happened)
            job?.Events.Writer.TryWrite(happened);
    }

    private void End(FrameException? broken)
    {
        Job[] open;
        var lines = _errors.Lines(LastLines);
        var exitCode = _process.ExitCode;
        lock (_lock)
        {
            open = [.. _jobs.Values];
            _jobs.Clear();
            var keys = open.SelectMany(job => job.TrialKeys).ToArray();
            var during = keys.Length > 0 ? $" while it had trials {string.Join(", ", keys)}" : "";
            var how = broken is not null ? $"spoke no frames: {broken.Message}" : _disposed ? "was closed" : Describe(exitCode);
            _crash = new TrainerCrashedException(
                $"The trainer for {Device} (process {_pid}) {how}{during}.{Quote(lines)}", exitCode, lines);
        }

        _ready.TrySetException(_crash);
        // Somebody may wait for readiness or nobody: an exception that is not looked at must not be reported as lost.
        _ = _ready.Task.Exception;
        foreach (var job in open)
            job.Events.Writer.TryComplete(_crash);

        _ended.TrySetResult();
    }

    private static string Describe(int exitCode) => exitCode switch
    {
        128 + 9 => "was killed by signal 9 (SIGKILL; when nobody killed it, the machine ran out of memory)",
        128 + 11 => "crashed with signal 11 (SIGSEGV)",
        128 + 6 => "aborted with signal 6 (SIGABRT)",
        > 128 and < 128 + 65 => $"was ended by signal {exitCode - 128}",
        _ => $"ended with exit code {exitCode}",
    };

    private static string Quote(string lines) => lines.Length == 0 ? "" : $" Its last lines:\n{lines}";

    private sealed class Job(IReadOnlyList<long> trialKeys)
    {
        public long Number { get; set; }

        public IReadOnlyList<long> TrialKeys { get; } = trialKeys;

        /// <summary>Files for what is printed meanwhile, one a trial.</summary>
        public required IReadOnlyList<string> Logs { get; init; }

        public Channel<TrainerEvent> Events { get; } =
            Channel.CreateUnbounded<TrainerEvent>(new() { SingleReader = true, SingleWriter = true });
    }
}
