using System.Diagnostics;
using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

/// <summary>Real processes: the test trainer does what each trial's id says.</summary>
public sealed partial class ProcessTrainerTests
{
    private static readonly string _testTrainer = Path.Combine(AppContext.BaseDirectory, "VaeSweep.TestTrainer.dll");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_gives_its_events_in_order_and_the_process_lives_on_for_the_next()
    {
        await using var trainer = await StartAsync();

        var first = await EventsAsync(trainer, Job("ok"));
        var second = await EventsAsync(trainer, Job("ok", "ok"));

        Assert.Equal(["EpochDone", "EpochDone", "EpochDone", "TrialFinished"], first.Select(e => e.GetType().Name));
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2], second.Select(e => e.TrialKey));
        Assert.Equal(-1.0 / 3, Assert.IsType<TrialFinished>(first[^1]).Evaluations[0].Value);
    }

    [Fact]
    public async Task A_cpu_trainer_has_one_processor_one_thread_and_no_gpu()
    {
        await using var trainer = await StartAsync("cpu:1");

        var found = JsonDocument.Parse(trainer.Provenance).RootElement;

        Assert.Equal("cpu:1", found.GetProperty("device").GetString());
        Assert.Equal(1, found.GetProperty("processors").GetInt32());
        Assert.Equal("1", found.GetProperty("omp").GetString());
        Assert.Equal("", found.GetProperty("gpus").GetString());
    }

    [Fact]
    public async Task Noise_on_standard_output_does_not_disturb_the_events()
    {
        await using var trainer = await StartAsync();

        var events = await EventsAsync(trainer, Job("noise", "ok"));

        Assert.Equal(2, events.OfType<TrialFinished>().Count());
    }

    [Fact]
    public async Task A_crash_tells_exit_code_trials_and_last_lines()
    {
        await using var trainer = await StartAsync();

        var crash = await Assert.ThrowsAsync<TrainerCrashedException>(() => EventsAsync(trainer, Job("ok", "exit")));

        Assert.Equal(7, crash.ExitCode);
        Assert.EndsWith("first of the last words\nlast of the last words", crash.LastLines, StringComparison.Ordinal);
        Assert.Contains("ended with exit code 7 while it had trials 1, 2", crash.Message, StringComparison.Ordinal);
        Assert.Throws<TrainerCrashedException>(() => trainer.RunAsync(Job("ok"), Token));
    }

    [Fact]
    public async Task A_kill_is_told_as_its_signal()
    {
        await using var trainer = await StartAsync();

        var crash = await Assert.ThrowsAsync<TrainerCrashedException>(() => EventsAsync(trainer, Job("kill")));

        Assert.Equal(137, crash.ExitCode);
        Assert.Contains("SIGKILL", crash.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throw", FailureClass.Error, "the script says so")]
    [InlineData("memory", FailureClass.Oom, "Array dimensions exceeded supported range.")]
    public async Task An_exception_fails_the_open_trials_and_the_process_lives_on(
        string script, FailureClass expected, string reason)
    {
        await using var trainer = await StartAsync();

        var events = await EventsAsync(trainer, Job("ok", script, "ok"));
        var after = await EventsAsync(trainer, Job("ok"));

        Assert.Single(events.OfType<TrialFinished>());
        Assert.All(events.OfType<TrialFailed>(), failed => Assert.Equal((expected, reason), (failed.Class, failed.Reason)));
        Assert.Equal([2L, 3L], events.OfType<TrialFailed>().Select(failed => failed.TrialKey));
        Assert.IsType<TrialFinished>(after[^1]);
    }

    [Fact]
    public async Task A_stop_ends_the_running_trial_and_no_later_job_of_the_same_trial()
    {
        await using var trainer = await StartAsync();
        var events = trainer.RunAsync(Job("wait"), Token);

        trainer.Stop([1, 99]);
        var stopped = await events.ToArrayAsync(Token);
        var again = await EventsAsync(trainer, Job("ok"));

        Assert.Equal(["Checkpointed", "TrialStopped"], stopped.Select(e => e.GetType().Name));
        Assert.IsType<TrialFinished>(again[^1]);
    }

    [Fact]
    public async Task Leaving_a_job_stops_its_trials()
    {
        await using var trainer = await StartAsync();
        using var leave = new CancellationTokenSource();
        var reading = trainer.RunAsync(Job("wait"), leave.Token).ToArrayAsync(leave.Token).AsTask();

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        var next = await EventsAsync(trainer, Job("ok"));

        Assert.IsType<TrialFinished>(next[^1]);
    }

    [Fact]
    public async Task A_job_given_early_begins_as_soon_as_the_one_before_it_ends()
    {
        await using var trainer = await StartAsync();

        var first = trainer.RunAsync(Job("wait"), Token);
        var second = trainer.RunAsync(Job("ok"), Token);
        trainer.Stop([1]);

        Assert.IsType<TrialStopped>((await first.ToArrayAsync(Token))[^1]);
        // It waited in the trainer when trial 1 was asked to stop, so it is meant as well; a scripted "ok" does not look.
        Assert.IsType<TrialFinished>((await second.ToArrayAsync(Token))[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    public async Task Signals_that_a_terminal_sends_to_the_whole_group_are_left_to_the_node(int signal)
    {
        await using var trainer = await StartAsync();
        var pid = JsonDocument.Parse(trainer.Provenance).RootElement.GetProperty("pid").GetInt32();

        Assert.Equal(0, SendSignal(pid, signal));
        var events = await EventsAsync(trainer, Job("ok"));

        Assert.IsType<TrialFinished>(events[^1]);
    }

    [Fact]
    public async Task One_process_takes_a_hundred_jobs_in_a_row()
    {
        await using var trainer = await StartAsync();

        for (var i = 0; i < 100; i++)
        {
            var events = await EventsAsync(trainer, Job("ok"));
            Assert.IsType<TrialFinished>(events[^1]);
        }
    }

    [Fact]
    public async Task A_trainer_that_cannot_begin_says_why()
    {
        var launcher = new ProcessTrainerLauncher(TrainerCommand.ForAssembly(_testTrainer, "trainer"))
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["VAESWEEP_TEST_BROKEN"] = "libtorch was "
                + "not found" },
        };

        var crash = await Assert.ThrowsAsync<TrainerCrashedException>(() => launcher.StartAsync("cpu:0", Token));

        Assert.Equal(1, crash.ExitCode);
        Assert.Contains("libtorch was not found", crash.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_no_trainer_is_quoted()
    {
        var launcher = new ProcessTrainerLauncher(TrainerCommand.ForAssembly(_testTrainer, "stranger"));

        var crash = await Assert.ThrowsAsync<TrainerCrashedException>(() => launcher.StartAsync("cpu:0", Token));

        Assert.Contains("Usage: somet", crash.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_named()
    {
        var launcher = new ProcessTrainerLauncher(new TrainerCommand("/nowhere/vaesweep", []));

        var crash = await Assert.ThrowsAsync<TrainerCrashedException>(() => launcher.StartAsync("cpu:0", Token));

        Assert.Contains("/nowhere/vaesweep", crash.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_ends_the_process_even_in_the_middle_of_a_job()
    {
        var trainer = await StartAsync();
        var pid = JsonDocument.Parse(trainer.Provenance).RootElement.GetProperty("pid").GetInt32();
        var events = trainer.RunAsync(Job("wait"), Token);

        await trainer.DisposeAsync();

        await Assert.ThrowsAsync<TrainerCrashedException>(() => events.ToArrayAsync(Token).AsTask());
        Assert.False(IsAlive(pid));
    }

    [Fact]
    public async Task Kill_9_of_the_node_ends_its_trainer()
    {
        var command = TrainerCommand.ForAssembly(_testTrainer, "node", "cpu:0");
        using var node = Process.Start(new ProcessStartInfo(command.FileName, command.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await node.StandardOutput.ReadLineAsync(Token) ?? "";
        var trainerPid = JsonDocument.Parse(line[line.IndexOf('{')..]).RootElement.GetProperty("pid").GetInt32();
        using var trainer = Process.GetProcessById(trainerPid);

        node.Kill();

        // Not a child of this process: its end is seen by polling the process table, which WaitForExit does.
        Assert.True(trainer.WaitForExit(TimeSpan.FromSeconds(20)));
    }

    private static Task<ITrainer> StartAsync(string device = "cpu:0") =>
        new ProcessTrainerLauncher(TrainerCommand.ForAssembly(_testTrainer, "trainer")).StartAsync(device, Token);

    private static TrainerJob Job(params string[] scripts) =>
        new([.. scripts.Select((script, i) => new TrainerTrial(i + 1, script, 1, "{}", Path.GetTempPath(), null))]);

    private static async Task<TrainerEvent[]> EventsAsync(ITrainer trainer, TrainerJob job) =>
        await trainer.RunAsync(job, Token).ToArrayAsync(Token);

    [System.Runtime.InteropServices.LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
