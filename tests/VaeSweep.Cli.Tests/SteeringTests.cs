using VaeSweep.Cluster;
namespace VaeSweep.Cli.Tests;

public sealed class SteeringTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Plan_shows_what_is_new_kept_and_no_longer_wanted_and_changes_nothing()
    {
        await _cli.RunAsync("submit", _cli.Sweep("[1, 5]"));

        var answer = await _cli.RunAsync("plan", _cli.Sweep("[5, 10, 20]"), "--devices", "cpu:1");
        var list = await _cli.RunAsync("list", "--format", "json");

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Contains("+ 4 new", answer.Out, StringComparison.Ordinal);
        Assert.Contains("= 2 kept", answer.Out, StringComparison.Ordinal);
        Assert.Contains("- 2 no longer wanted", answer.Out, StringComparison.Ordinal);
        Assert.Contains("k=10", answer.Out, StringComparison.Ordinal);
        Assert.Equal(4, list.Json()[0].GetProperty("trials").GetInt32());
    }

    [Fact]
    public async Task Plan_needs_no_store()
    {
        var answer = await _cli.RunAsync("plan", _cli.Sweep(), "--devices", "cpu:1", "--format", "json");

        var plan = answer.Json()[0];
        Assert.Equal(4, plan.GetProperty("added").GetInt32());
        Assert.True(plan.GetProperty("seconds").GetDouble() > 0);
        Assert.False(File.Exists(_cli.Store));
    }

    [Fact]
    public async Task Plan_shows_every_configuration_path_with_its_value()
    {
        var answer = await _cli.RunAsync("plan", _cli.Sweep(), "--show-config", "--format", "json");

        var rows = answer.Json().EnumerateArray().ToDictionary(r => r.GetProperty("path").GetString()!, r => r);
        Assert.Equal("varies", rows["objective.k"].GetProperty("origin").GetString());
        Assert.Equal("default", rows["objective.beta"].GetProperty("origin").GetString());
        Assert.Equal(["0", "1"], rows["seed"].GetProperty("values").EnumerateArray().Select(v => v.GetString()!));
    }

    [Fact]
    public async Task A_paused_sweep_is_resumed_and_a_stopped_one_closed()
    {
        await _cli.RunAsync("submit", _cli.Sweep());

        var paused = await _cli.RunAsync("pause", "demo");
        var statePaused = (await _cli.RunAsync("list", "-f", "json")).Json()[0].GetProperty("state").GetString();
        await _cli.RunAsync("resume", "demo", "--detach");
        var stateActive = (await _cli.RunAsync("list", "-f", "json")).Json()[0].GetProperty("state").GetString();
        await _cli.RunAsync("stop", "demo");
        var status = (await _cli.RunAsync("status", "demo", "-f", "json")).Json();

        Assert.Contains("resume demo", paused.Error, StringComparison.Ordinal);
        Assert.Equal("paused", statePaused);
        Assert.Equal("active", stateActive);
        Assert.Equal(4, status.GetProperty("states").GetProperty("stopped").GetInt32());
    }

    [Fact]
    public async Task One_trial_is_stopped_by_the_start_of_its_id()
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        var id = (await _cli.RunAsync("query", "SELECT trial FROM trials ORDER BY trial_index LIMIT 1", "-f", "csv")).Out
            .Split('\n')[1];

        var answer = await _cli.RunAsync("stop", "demo", "--trial", id[..8]);
        var shown = (await _cli.RunAsync("show", id[..8], "-f", "json")).Json();

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Equal("stopped", shown.GetProperty("state").GetString());
        Assert.Equal(1, shown.GetProperty("config").GetProperty("objective.k").GetInt32());
    }

    [Fact]
    public async Task A_prefix_of_several_trials_lists_them()
    {
        await _cli.RunAsync("submit", _cli.Sweep());
        await _cli.RunAsync("submit", _cli.Sweep(name: "twin"));
        var id = (await _cli.RunAsync("query", "SELECT trial FROM trials LIMIT 1", "-f", "csv")).Out.Split('\n')[1];

        var answer = await _cli.RunAsync("show", id);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains("demo", answer.Error, StringComparison.Ordinal);
        Assert.Contains("twin", answer.Error, StringComparison.Ordinal);
        Assert.Contains("--sweep", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_trains_what_others_submitted()
    {
        await using var head = await Head.StartAsync(
            new HeadSettings { StorePath = _cli.Store, ArtifactsFolder = _cli.Store + ".artifacts" },
            TestContext.Current.CancellationToken);
        await _cli.RunAsync("submit", _cli.Sweep());

        var worker = await _cli.RunAsync("worker", "--devices", "cpu:2", "--until-done");
        Assert.Equal(ExitCodes.Done, worker.Code);
        var nodes = (await _cli.RunAsync("nodes", "-f", "json")).Json();
        var watched = await _cli.RunAsync("watch", "demo");

        Assert.Equal(4, _cli.Launcher.Trained.Count);
        Assert.Equal(2, nodes[0].GetProperty("devices").GetArrayLength());
        Assert.Contains("4 of 4 trials done", watched.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stored_definition_is_enough_for_a_table_after_the_file_is_gone()
    {
        var file = _cli.Sweep();
        await _cli.RunAsync("run", file, "--devices", "cpu:1");
        File.Delete(file);

        var answer = await _cli.RunAsync("table", "demo", "--metric", "test_elbo,seconds", "--format", "json");

        var tables = answer.Json();
        Assert.Equal(["test_elbo", "seconds"], tables.EnumerateArray().Select(t => t.GetProperty("metric").GetString()!));
        Assert.Equal(0.03, tables[1].GetProperty("rows")[0].GetProperty("mean").GetDouble(), 6);
    }

    [Theory]
    [InlineData("md", "| k | n | mean ± sd | 95 % interval |")]
    [InlineData("latex", "\\begin{tabular}")]
    [InlineData("csv",
        "objective.k,n,mean,sd,ci95_low,ci95_high,reference,difference,source,rank,best,separated,trials,ended_early,incomplete")]
    public async Task Tables_come_in_formats_for_papers(string format, string part)
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        var answer = await _cli.RunAsync("table", "demo", "--format", format);

        Assert.Contains(part, answer.Out, StringComparison.Ordinal);
    }
}
