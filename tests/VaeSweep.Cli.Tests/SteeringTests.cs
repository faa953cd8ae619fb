using VaeSweep.Cluster;
using VaeSweep.Store;

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
    public async Task Plan_tells_what_is_removed_by_what_it_differs_in()
    {
        await _cli.RunAsync("submit", _cli.Sweep(), "--set", "lr=1e-2", "--set", "batch_norm=true");

        var answer = await _cli.RunAsync("plan", _cli.Sweep(), "--devices", "cpu:1");

        Assert.Equal(4, answer.Out.Split('\n').Count(line => line.StartsWith("  - ", StringComparison.Ordinal)
            && line.Contains(" batch_norm=true ", StringComparison.Ordinal)
            && line.Contains(" lr=0.01 ", StringComparison.Ordinal)));
        Assert.Equal(4, answer.Out.Split('\n').Count(line => line.StartsWith("  + ", StringComparison.Ordinal)
            && line.Contains("batch_norm=false lr=0.001", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Finished_trials_are_retired_only_when_somebody_says_yes_and_tables_tell_of_them()
    {
        await _cli.RunAsync("run", _cli.Sweep("[1, 5]"), "--devices", "cpu:1");

        var refused = await _cli.RunAsync("run", _cli.Sweep("[5, 10]"), "--devices", "cpu:1");
        var before = await _cli.RunAsync("table", "demo", "-f", "json");
        var done = await _cli.RunAsync("run", _cli.Sweep("[5, 10]"), "--devices", "cpu:1", "--yes");
        var after = await _cli.RunAsync("table", "demo", "-f", "json");
        var again = await _cli.RunAsync("submit", _cli.Sweep("[1, 5, 10]"));

        Assert.Equal(ExitCodes.Usage, refused.Code);
        Assert.Contains("2 finished trials of 'demo' are not in this file", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, before.Json().GetProperty("retired").GetInt32());
        Assert.Equal(ExitCodes.Done, done.Code);
        Assert.Contains("2 finished trials are in no row", done.Out, StringComparison.Ordinal);
        Assert.Equal(2, after.Json().GetProperty("retired").GetInt32());
        Assert.Equal(ExitCodes.Done, again.Code);
        Assert.Equal(0, (await _cli.RunAsync("table", "demo", "-f", "json")).Json().GetProperty("retired").GetInt32());
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("submit")]
    public async Task A_command_over_millions_of_trials_says_how_far_it_is_and_ends_when_asked(string verb)
    {
        var file = _cli.File("many.yaml", """
            name: many
            dataset: { name: sprites, train: 100 }
            parameters: { model.latent: { range: [1, 1000] }, objective.k: { range: [1, 1000] } }
            seeds: 10
            """);
        using var end = new CancellationTokenSource();

        var run = _cli.RunAsync(end.Token, line =>
        {
            if (line.Contains("trials: ", StringComparison.Ordinal) || line.Contains("size: ", StringComparison.Ordinal))
                end.Cancel();
        }, verb, file);
        var answer = await run;

        Assert.Equal(ExitCodes.Interrupted, answer.Code);
        Assert.Matches("(estimating time and size|storing the trials): [0-9,]+", answer.Error);
        Assert.Equal("", answer.Out);
    }

    [Fact]
    public async Task Plan_says_what_cannot_be_trained_here_and_what_takes_long()
    {
        var file = _cli.File("huge.yaml", """
            name: huge
            dataset: { name: mnist }
            model: { hidden: [65536, 65536, 65536, 65536, 65536, 65536] }
            train: { epochs: 1000 }
            """);

        var answer = await _cli.RunAsync("plan", file, "--devices", "cpu:1");

        Assert.Contains("cannot be trained here: the largest model needs about ", answer.Out, StringComparison.Ordinal);
        Assert.Contains("of training: more devices or machines", answer.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_process_left_running_is_told_as_lost_and_a_finished_sweep_as_done()
    {
        var token = TestContext.Current.CancellationToken;
        await _cli.RunAsync("submit", _cli.Sweep());
        await _cli.RunAsync("run", _cli.Sweep(name: "whole"), "--devices", "cpu:1");
        await using (var store = StoreFactory.Open(_cli.Store, TimeProvider.System))
        {
            await store.MigrateAsync(token);
            await ((LedgerStore)store).StepAsync(turn =>
            {
                turn.Ledger.Beat(new NodeInfo("host:1:a", "host", ["cpu:0"], "1", null), TimeSpan.FromHours(1), turn.Now);
                return true;
            });
            await store.ClaimAsync(
                new ClaimRequest("host:1:a/cpu:0", "cpu:0", "token", Sweep: "demo", Node: "host:1:a"),
                token);
        }

        var text = await _cli.RunAsync("status", "demo");
        var json = (await _cli.RunAsync("status", "demo", "-f", "json")).Json();
        var list = await _cli.RunAsync("list");
        var nodes = await _cli.RunAsync("nodes");

        Assert.StartsWith("demo (lost contact): 4 trials: 3 queued, 1 running, but lost contact ", text.Out,
            StringComparison.Ordinal);
        Assert.Equal((1, "lost contact", "active"),
            (json.GetProperty("lost_contact").GetInt32(), json.GetProperty("stands").GetString(), json.GetProperty("state")
                .GetString()));
        Assert.Matches(@"demo +lost contact +4", list.Out);
        Assert.Matches(@"whole +done +4", list.Out);
        Assert.Contains("no head", nodes.Out, StringComparison.Ordinal);
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
