using System.Text.Json;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests;

public sealed class RunTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Run_trains_every_trial_and_prints_the_comparison_table()
    {
        var answer = await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Equal("""
            demo: test_nll (nats per image, lower is better), 4 trials

              k   n      mean ± sd    95 % interval   rank
            ────────────────────────────────────────────────
              1   2   95.75 ± 0.35   [92.57, 98.93]      2
              5   2   91.75 ± 0.35   [88.57, 94.93]      1

            mean ± standard deviation over the seeds (n); 95 % interval of the mean by Student's t
            no row stands out: k=5 is not separated from k=1 (no spread that the difference could be held against)

            """, answer.Out);
        Assert.Contains("+ 4 new", answer.Error, StringComparison.Ordinal);
        Assert.Contains("results: ", answer.Error, StringComparison.Ordinal);
        Assert.Equal(4, _cli.Launcher.Trained.Count);
    }

    [Fact]
    public async Task Run_fetches_the_data_sets_that_the_sweep_names()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        Assert.Equal(["sprites"], _cli.Fetched);
    }

    [Fact]
    public async Task Running_again_trains_nothing_and_prints_the_same_table()
    {
        var sweep = _cli.Sweep();
        var first = await _cli.RunAsync("run", sweep, "--devices", "cpu:1");

        var second = await _cli.RunAsync("run", sweep, "--devices", "cpu:1");

        Assert.Equal(ExitCodes.Done, second.Code);
        Assert.Equal(first.Out, second.Out);
        Assert.Equal(4, _cli.Launcher.Trained.Count);
    }

    [Fact]
    public async Task Running_an_edited_file_trains_only_the_difference()
    {
        await _cli.RunAsync("run", _cli.Sweep("[1, 5]"), "--devices", "cpu:1");

        var answer = await _cli.RunAsync("run", _cli.Sweep("[5, 10]"), "--devices", "cpu:1", "--format", "json", "--yes");

        Assert.Equal(6, _cli.Launcher.Trained.Count);
        Assert.Contains("+ 2 new", answer.Error, StringComparison.Ordinal);
        Assert.Contains("= 2 kept, 2 of them succeeded", answer.Error, StringComparison.Ordinal);
        Assert.Contains("- 2 no longer wanted", answer.Error, StringComparison.Ordinal);
        Assert.Equal([5, 10], answer.Json().GetProperty("rows").EnumerateArray()
            .Select(r => r.GetProperty("by").GetProperty("objective.k").GetInt32()));
    }

    [Fact]
    public async Task Json_is_alone_on_standard_output()
    {
        var answer = await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:2", "--format", "json");

        var table = answer.Json();
        Assert.Equal("test_nll", table.GetProperty("metric").GetString());
        Assert.Equal(2, table.GetProperty("rows")[0].GetProperty("n").GetInt32());
        Assert.Equal(95.75, table.GetProperty("rows")[0].GetProperty("mean").GetDouble(), 10);
    }

    [Fact]
    public async Task Failed_trials_are_listed_with_their_reasons_beside_the_table_and_the_code_is_1()
    {
        _cli.Launcher.FailureOf = config => config.Objective.K == 5 && config.Seed == 1 ? "NaN in the bound at epoch 7" : null;

        var answer = await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        Assert.Equal(ExitCodes.Failed, answer.Code);
        Assert.Contains("1 failed", answer.Out, StringComparison.Ordinal);
        Assert.Contains("NaN in the bound at epoch 7", answer.Error, StringComparison.Ordinal);
        Assert.Contains("retry demo --failed", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_trains_the_failed_trials_alone()
    {
        _cli.Launcher.FailureOf = config => config.Objective.K == 5 ? "NaN in the bound at epoch 7" : null;
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");
        var before = _cli.Launcher.Trained.Count;
        _cli.Launcher.FailureOf = _ => null;

        var retry = await _cli.RunAsync("retry", "demo", "--class", "nan");
        var resumed = await _cli.RunAsync("resume", "demo", "--devices", "cpu:1");

        Assert.Contains("2 trials of demo queued again", retry.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, resumed.Code);
        Assert.Equal(before + 2, _cli.Launcher.Trained.Count);
    }

    [Fact]
    public async Task An_interrupted_run_says_how_to_resume_and_resume_ends_with_the_whole_table()
    {
        using var ctrlC = new CancellationTokenSource();
        _cli.Launcher.BeforeEpoch = (_, epoch) =>
        {
            if (epoch == 2)
                ctrlC.Cancel();
        };

        var stopped = await _cli.RunAsync(ctrlC.Token, "run", _cli.Sweep(), "--devices", "cpu:1");
        _cli.Launcher.BeforeEpoch = (_, _) => { };
        var resumed = await _cli.RunAsync("resume", "demo", "--devices", "cpu:1", "--format", "json");
        var epochs = await _cli.RunAsync(
            "query", "SELECT count(*) AS n, count(DISTINCT trial) AS trials FROM epochs", "--format", "json");

        Assert.Equal(ExitCodes.Interrupted, stopped.Code);
        Assert.Contains("resume demo", stopped.Error, StringComparison.Ordinal);
        Assert.Equal("", stopped.Out);
        Assert.Equal(ExitCodes.Done, resumed.Code);
        Assert.Equal([2, 2], resumed.Json().GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("n").GetInt32()));
        Assert.Equal(12, epochs.Json()[0].GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_trainer_that_cannot_start_ends_the_run_with_its_reason()
    {
        _cli.Launcher.StartFailure = new TrainerCrashedException("libtorch was not found", 1, "the last lines");

        var answer = await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        Assert.Equal(ExitCodes.Failed, answer.Code);
        Assert.Contains("libtorch was not found", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overrides_change_the_sweep()
    {
        var answer = await _cli.RunAsync(
            "run", _cli.Sweep(), "--devices", "cpu:1", "--set", "seeds=1", "--set", "objective.k=7", "--format", "json");

        var row = Assert.Single(answer.Json().GetProperty("rows").EnumerateArray());
        Assert.Equal(1, row.GetProperty("n").GetInt32());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("sd").ValueKind);
    }
}
