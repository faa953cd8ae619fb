using System.Text.Json;

namespace VaeSweep.Cli.Tests;

public sealed class TableTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Every_row_is_compared_with_the_baseline_that_the_command_line_names()
    {
        await _cli.RunAsync("run", _cli.Sweep("[1, 5, 10]"), "--devices", "cpu:1");

        var answer = await _cli.RunAsync("table", "demo", "--baseline", "objective.k=1", "--format", "json");

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Equal("1", answer.Json().GetProperty("baseline").GetProperty("objective.k").GetString());
        var rows = answer.Json().GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal([true, false, false], rows.Select(r => r.GetProperty("is_baseline").GetBoolean()));
        Assert.Equal([-4, -9], rows.Skip(1).Select(r => r.GetProperty("versus").GetProperty("difference").GetDouble()));
    }

    [Fact]
    public async Task The_json_of_a_table_names_the_trials_behind_every_number()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        var answer = await _cli.RunAsync("table", "demo", "--format", "json");

        var behind = answer.Json().GetProperty("rows")[0].GetProperty("behind");
        Assert.Equal([0, 1], behind.EnumerateArray().Select(t => t.GetProperty("seed").GetInt32()));
        Assert.Equal(64, behind[0].GetProperty("fingerprint").GetString()!.Length);
        Assert.Equal("cpu:0", behind[0].GetProperty("attempts")[0].GetProperty("device").GetString());
    }

    [Fact]
    public async Task Paths_and_metrics_can_go_across()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        var pivot = await _cli.RunAsync("table", "demo", "--by", "model.decoder", "--columns", "objective.k", "--format", "md");
        var metrics = await _cli.RunAsync(
            "table", "demo", "--columns", "test_nll,test_elbo,test_elbo", "--metric", "test_nll", "--format", "csv");

        Assert.Contains("| decoder | k=1 | k=5 |", pivot.Out, StringComparison.Ordinal);
        Assert.EndsWith(",incomplete,test_elbo_n,test_elbo_mean,test_elbo_sd", metrics.Out.Split('\n')[0]
            .TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_can_be_chosen_by_what_they_are_and_by_their_rank()
    {
        await _cli.RunAsync("run", _cli.Sweep("[1, 5, 10]"), "--devices", "cpu:1");

        var where = await _cli.RunAsync("table", "demo", "--by", "k", "--where", "k=5.0", "--format", "json");
        var top = await _cli.RunAsync("table", "demo", "--top", "2", "--format", "csv");

        Assert.Equal("5.0", where.Json().GetProperty("where").GetProperty("objective.k").GetString());
        Assert.Equal(5, Assert.Single(where.Json().GetProperty("rows").EnumerateArray()).GetProperty("by")
            .GetProperty("objective.k").GetInt32());
        Assert.Equal(["10", "5"], top.Out.Split('\n').Skip(1).Take(2).Select(line => line.Split(',')[0]));
        Assert.Contains("the best 2 of 3 rows", top.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sweeps_in_one_table_count_what_they_share_once()
    {
        await _cli.RunAsync("run", _cli.Sweep("[1, 5]", "first"), "--devices", "cpu:1");
        await _cli.RunAsync("run", _cli.Sweep("[5, 10]", "second"), "--devices", "cpu:1");

        var json = (await _cli.RunAsync("table", "first", "second", "--baseline", "k=1", "--format", "json")).Json();
        var rows = json.GetProperty("rows").EnumerateArray().ToList();

        Assert.Equal(["first", "second"], json.GetProperty("sweeps").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal([("first", 1), ("first, second", 5), ("second", 10)], rows.Select(row => (
            row.GetProperty("by").GetProperty("sweep").GetString()!,
            row.GetProperty("by").GetProperty("objective.k").GetInt32())).Order());
        Assert.All(rows, row => Assert.Equal((2, 2), (row.GetProperty("n").GetInt32(), row.GetProperty("trials").GetInt32())));
        Assert.All(rows, row => Assert.Equal(2, row.GetProperty("behind").GetArrayLength()));
        Assert.Equal([-9, -4], rows.Where(row => !row.GetProperty("is_baseline").GetBoolean())
            .Select(row => row.GetProperty("versus").GetProperty("difference").GetDouble()).Order());
        foreach (var format in new[] { "text", "md", "latex", "csv", "html", "jsonl" })
        {
            var answer = await _cli.RunAsync("table", "first", "second", "first", "--format", format);
            Assert.Equal(ExitCodes.Done, answer.Code);
            Assert.Contains("first, second", answer.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sweeps_of_the_same_points_make_one_row_of_all_seeds()
    {
        await _cli.RunAsync("run", _cli.Sweep(name: "first"), "--devices", "cpu:1");
        await _cli.RunAsync("run", _cli.Sweep(name: "second"), "--set", "seeds=[1, 2]", "--devices", "cpu:1");

        var json = (await _cli.RunAsync("table", "first", "second", "--format", "json")).Json();

        Assert.Equal(["objective.k"], json.GetProperty("by").EnumerateArray().Select(path => path.GetString()));
        Assert.All(json.GetProperty("rows").EnumerateArray(), row => Assert.Equal(
            ["0", "1", "2"], row.GetProperty("seeds").EnumerateObject().Select(seed => seed.Name)));
    }

    [Fact]
    public async Task Sweeps_that_differ_in_what_no_column_shows_are_said_to()
    {
        await _cli.RunAsync("run", _cli.Sweep(name: "short"), "--devices", "cpu:1");
        await _cli.RunAsync("run", _cli.Sweep(name: "long"), "--set", "train.epochs=5", "--devices", "cpu:1");

        var answer = await _cli.RunAsync("table", "short", "long", "--columns", "sweep", "--format", "md");

        Assert.Contains("| k | sweep=short | sweep=long |", answer.Out, StringComparison.Ordinal);
        Assert.Contains("the sweeps differ also in train.epochs: --by shows it", answer.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--where", "k=7", "no trial of demo has objective.k = 7. objective.k is one of: 1, 5.")]
    [InlineData("--where", "kk=7", "there is no configuration path 'kk'.")]
    [InlineData("--where", "k", "--where takes path=value")]
    [InlineData("--top", "0", "--top takes a whole number from 1 to 1000000; found 0.")]
    [InlineData("--columns", "objective.kk", "Did you mean 'objective.k'?")]
    [InlineData("--baseline", "objective.k", "takes path=value")]
    [InlineData("--baseline", "objective.k=7", "objective.k is one of 1, 5.")]
    [InlineData("--interval", "z", "z")]
    public async Task What_cannot_be_shown_is_refused_with_what_can(string option, string value, string advice)
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        var answer = await _cli.RunAsync("table", "demo", option, value);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains(advice, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_and_values_are_understood_as_the_table_prints_them()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        var table = await _cli.RunAsync(
            "table", "demo", "--by", "k", "--baseline", "k=1e0", "--columns", "epochs", "--format", "csv");
        var why = await _cli.RunAsync("why", "demo", "k=5.0");
        var plot = await _cli.RunAsync(
            "plot", "curves", "demo", "--where", "k=5.0", "--by", "k", "-o",
            Path.Combine(Path.GetDirectoryName(_cli.Store)!, "c.svg"));
        var plan = await _cli.RunAsync(
            "plan", _cli.Sweep(name: "other"), "--set", "lr=1e-2", "--show-config", "--format", "json");

        Assert.StartsWith("objective.k,n,", table.Out, StringComparison.Ordinal);
        Assert.Contains(",epochs_mean,", table.Out, StringComparison.Ordinal);
        Assert.StartsWith("demo: test_nll of 2 trials, mean 91.75", why.Out, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Done, ""), (plot.Code, plot.Out));
        Assert.Equal("0.01", plan.Json().EnumerateArray()
            .Single(r => r.GetProperty("path").GetString() == "train.optimizer.adam.lr")
            .GetProperty("values")[0].GetString());
    }

    [Theory]
    [InlineData("table", "--by", "epochs", "'epochs' is short for train.alarms.epochs and train.epochs: write more of the one "
        + "that is meant.")]
    [InlineData("plot", "--where", "epochs=3", "'epochs' is short for train.alarms.epochs and train.epochs: write more of the "
        + "one that is meant.")]
    [InlineData("table", "--by", "objective.kk", "Did you mean 'objective.k'?")]
    public async Task A_short_name_of_several_paths_lists_them_alone(string verb, string option, string value, string advice)
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        string[] what = verb == "plot" ? ["plot", "curves", "demo"] : [verb, "demo"];
        var answer = await _cli.RunAsync([.. what, option, value]);

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains(advice, answer.Error, StringComparison.Ordinal);
        Assert.Equal(value == "objective.kk", answer.Error.Contains("Known:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Advised_commands_can_be_pasted()
    {
        var store = Path.Combine(Path.GetDirectoryName(_cli.Store)!, "my results.db");
        _cli.Environment["VAESWEEP_CALLED_AS"] = "/opt/my tools/vaesweep";
        await _cli.RunAsync("submit", _cli.Sweep(), "--store", store);

        var lost = await _cli.RunAsync("show", "feed", "--store", store);
        var nodes = await _cli.RunAsync("nodes", "--store", store);

        Assert.Contains($"`'/opt/my tools/vaesweep' query \"SELECT sweep, trial, state FROM trials\" --store '{store}'`",
            lost.Error, StringComparison.Ordinal);
        Assert.Contains($"`'/opt/my tools/vaesweep' worker --store '{store}'`", nodes.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_lists_the_trials_of_a_cell()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        var text = await _cli.RunAsync("why", "demo", "objective.k=5");
        var json = await _cli.RunAsync("why", "demo", "objective.k=5", "--metric", "test_elbo", "--format", "json");
        var wrong = await _cli.RunAsync("why", "demo", "objective.k=6");

        Assert.StartsWith("demo: test_nll of 2 trials, mean 91.75 over 2 seeds", text.Out, StringComparison.Ordinal);
        Assert.Equal([-93, -92.5], json.Json().EnumerateArray().Select(t => t.GetProperty("value").GetDouble()));
        Assert.Equal("none", json.Json()[0].GetProperty("attempts")[0].GetProperty("provenance").GetProperty("trainer")
            .GetString());
        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Contains("objective.k: 1, 5", wrong.Error, StringComparison.Ordinal);
    }
}
