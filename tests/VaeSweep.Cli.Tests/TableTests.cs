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
        var metrics = await _cli.RunAsync("table", "demo", "--columns", "test_nll,test_elbo,test_elbo", "--metric", "test_nll", "--format", "csv");

        Assert.Contains("| decoder | k=1 | k=5 |", pivot.Out, StringComparison.Ordinal);
        Assert.EndsWith(",incomplete,test_elbo_n,test_elbo_mean,test_elbo_sd", metrics.Out.Split('\n')[0].TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
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
    public async Task Why_lists_the_trials_of_a_cell()
    {
        await _cli.RunAsync("run", _cli.Sweep(), "--devices", "cpu:1");

        var text = await _cli.RunAsync("why", "demo", "objective.k=5");
        var json = await _cli.RunAsync("why", "demo", "objective.k=5", "--metric", "test_elbo", "--format", "json");
        var wrong = await _cli.RunAsync("why", "demo", "objective.k=6");

        Assert.StartsWith("demo: test_nll of 2 trials, mean 91.75 over 2 seeds", text.Out, StringComparison.Ordinal);
        Assert.Equal([-93, -92.5], json.Json().EnumerateArray().Select(t => t.GetProperty("value").GetDouble()));
        Assert.Equal("none", json.Json()[0].GetProperty("attempts")[0].GetProperty("provenance").GetProperty("trainer").GetString());
        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Contains("objective.k: 1, 5", wrong.Error, StringComparison.Ordinal);
    }
}
