using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VaeSweep.Cli.Tests;

/// <summary>Signals to the program as a process of its own.</summary>
public sealed partial class SignalTests : IDisposable
{
    private const int Sighup = 1;
    private const int Sigint = 2;
    private const int Sigterm = 15;
    private const int Sigstop = 19;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData(Sigint)]
    [InlineData(Sigterm)]
    public async Task A_command_that_waits_ends_with_130(int signal)
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        using var watch = Start("watch", "demo", "--store", _cli.Store);
        await LineAsync(watch, "0 of 4 trials done");

        Assert.Equal(0, Kill(watch.Id, signal));
        await watch.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(_patience, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Interrupted, watch.ExitCode);
    }

    [Theory]
    [InlineData(Sigint)]
    [InlineData(Sigterm)]
    // As from a job's manager that tells every process of it, and from the script that it runs.
    [InlineData(Sigterm, Sighup)]
    public async Task A_signal_brings_real_trials_to_a_checkpoint_and_resume_goes_on_without_repeating_an_epoch(
        params int[] signals)
    {
        LibTorch.Require();
        var sweep = Long();
        // The store is there before anybody asks it: what is tested here is the signal, not two processes that make one store.
        Assert.Equal(ExitCodes.Done, (await _cli.RunAsync("submit", sweep)).Code);
        using var run = Start("run", sweep, "--devices", "cpu:1", "--store", _cli.Store, "--verbose");
        await EpochsAsync(run, atLeast: 2);

        Assert.All(signals, signal => Assert.Equal(0, Kill(run.Id, signal)));
        var error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(_patience, TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Interrupted, run.ExitCode);
        Assert.Contains("resume long", error, StringComparison.Ordinal);

        using var resume = Start("resume", "long", "--devices", "cpu:1", "--store", _cli.Store, "--format", "json");
        var table = await resume.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(_patience, TestContext.Current.CancellationToken);
        await resume.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Done, resume.ExitCode);
        Assert.Contains("\"n\": 1", table, StringComparison.Ordinal);
        var epochs = (await _cli.RunAsync("query", "SELECT count(*) AS n, max(attempt) AS attempts FROM epochs", "-f", "json"))
            .Json()[0];
        Assert.Equal(40, epochs.GetProperty("n").GetInt32());
        Assert.Equal(2, epochs.GetProperty("attempts").GetInt32());
        var repeats = await _cli.RunAsync(
            "query", "SELECT a.to_epoch, b.from_epoch FROM attempts a JOIN attempts b ON b.attempt = a.attempt + 1 WHERE "
                + "b.from_epoch <> a.to_epoch", "-f", "json");
        Assert.Empty(repeats.Json().EnumerateArray());
    }

    [Fact]
    public async Task Ctrl_C_twice_ends_at_once()
    {
        LibTorch.Require();
        Assert.Equal(ExitCodes.Done, (await _cli.RunAsync("submit", Long())).Code);
        using var run = Start("run", Long(), "--devices", "cpu:1", "--store", _cli.Store, "--verbose");
        await EpochsAsync(run, atLeast: 2);

        // A trainer that cannot hear keeps the first from being enough.
        var trainer = Assert.Single(ProcessList.ChildrenOf(run.Id));
        Assert.Equal(0, Kill(trainer, Sigstop));
        Assert.Equal(0, Kill(run.Id, Sigint));
        await LineAsync(run, "stopping:");
        Assert.Equal(0, Kill(run.Id, Sigint));
        var error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(_patience, TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Interrupted, run.ExitCode);
        Assert.DoesNotContain("resume long", error, StringComparison.Ordinal);
    }

    private string Long() => _cli.File("long.yaml", """
        name: long
        dataset: { name: sprites, train: 2000, valid: 100, test: 100 }
        train: { epochs: 40 }
        model: { hidden: [64], latent: 4 }
        evaluate: { metrics: [test_elbo], every: 10 }
        seeds: 1
        """);

    // The store says when enough has happened; asking it is the only way in from outside the process.
    private async Task EpochsAsync(Process run, int atLeast)
    {
        // Before that it may wait for the store to be let go by whoever asks.
        await LineAsync(run, "training on");
        var deadline = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(deadline) < _patience)
        {
            if (run.HasExited)
            {
                Assert.Fail($"ended with code {run.ExitCode} before its "
                    + $"epochs: {await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
            }

            var answer = await _cli.RunAsync("query", "SELECT count(*) AS n FROM epochs", "-f", "json");
            if (answer.Code == ExitCodes.Done && answer.Json()[0].GetProperty("n").GetInt32() >= atLeast)
                return;
        }

        Assert.Fail($"no {atLeast} epochs after {_patience}");
    }

    private static async Task LineAsync(Process process, string part)
    {
        using var limit = new CancellationTokenSource(_patience);
        while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains(part, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"the process ended without saying '{part}'");
    }

    private static Process Start(params string[] args)
    {
        // A shell without job control starts what runs behind it with Ctrl-C ignored, and children inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet"]) { UseShellExecute = false,
            RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "vaesweep.dll"));
        foreach (var arg in args)
            start.ArgumentList.Add(arg);

        start.Environment["VAESWEEP_SHARE"] = "1";
        return Process.Start(start)!;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
