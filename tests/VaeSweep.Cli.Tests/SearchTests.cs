using System.Text.Json;

namespace VaeSweep.Cli.Tests;

/// <summary>Searches from the file to the table, on trainers that train nothing.</summary>
public sealed class SearchTests : IDisposable
{
    private const string Tpe = """
        name: learns
        dataset: { name: sprites, binarization: none, train: 100, valid: 20, test: 20 }
        train: { epochs: 4 }
        method: tpe
        trials: 10
        search: { metric: train_elbo, startup: 3 }
        parameters: { objective.k: { uniform: [1, 60] }, train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] } }
        seeds: 2
        evaluate: { metrics: [test_elbo] }
        """;

    private const string Asha = Tpe + "\nscheduler: { asha: { min_epochs: 1, reduction: 2 } }\n";

    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_search_proposes_points_until_there_are_as_many_as_were_asked_for()
    {
        var answer = await _cli.RunAsync("run", Write(Tpe), "--devices", "cpu:1");

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Contains("learns: 20 trials, 2 seeds each", answer.Error, StringComparison.Ordinal);
        Assert.Contains(
            ". 14 to come, each drawn by what those before it find (train_elbo)", answer.Error, StringComparison.Ordinal);
        Assert.Equal(20, _cli.Launcher.Trained.Distinct().Count());
        Assert.Equal(20, _cli.Launcher.Trained.Count);
        // More samples are better here, and the later half has found that.
        var drawn = await TrialsAsync(
            "SELECT CAST(config ->> '$.\"objective.k\"' AS INTEGER) AS k, state FROM trials ORDER BY trial_index");
        Assert.All(drawn, one => Assert.Equal("succeeded", one.GetProperty("state").GetString()));
        var k = drawn.ConvertAll(one => one.GetProperty("k").GetInt64());
        Assert.True(k.Skip(10).Average() > k.Take(6).Average(), string.Join(' ', k));
    }

    [Fact]
    public async Task More_trials_go_on_from_what_is_there()
    {
        await _cli.RunAsync("run", Write(Tpe), "--devices", "cpu:1");
        var before = _cli.Launcher.Trained.ToHashSet(StringComparer.Ordinal);

        var again = await _cli.RunAsync("run", Write(Tpe), "--devices", "cpu:1");
        Assert.Equal(20, _cli.Launcher.Trained.Count);
        var longer = Write(Tpe.Replace("trials: 10", "trials: 13", StringComparison.Ordinal));
        var more = await _cli.RunAsync("run", longer, "--devices", "cpu:1");

        Assert.Equal((ExitCodes.Done, ExitCodes.Done), (again.Code, more.Code));
        Assert.Equal(26, _cli.Launcher.Trained.Count);
        Assert.DoesNotContain(_cli.Launcher.Trained.Skip(20), before.Contains);
    }

    [Fact]
    public async Task With_a_scheduler_few_are_trained_to_the_end_and_each_can_say_why()
    {
        var answer = await _cli.RunAsync("run", Write(Asha), "--devices", "cpu:1");

        Assert.Equal(ExitCodes.Done, answer.Code);
        var trials = await TrialsAsync("SELECT trial, state, epochs_done, reason FROM trials");
        Assert.Equal(20, trials.Count);
        var whole = trials.Where(one => one.GetProperty("state").GetString() == "succeeded").ToList();
        Assert.InRange(whole.Count, 2, 6);
        Assert.All(whole, one => Assert.Equal(4, one.GetProperty("epochs_done").GetInt64()));
        Assert.All(trials.Except(whole), one => Assert.StartsWith(
            "ended by its scheduler: ", one.GetProperty("reason").GetString(), StringComparison.Ordinal));
        var story = await TrialsAsync(
            $"SELECT event, detail FROM events WHERE trial = '{whole[0].GetProperty("trial").GetString()}'");
        var told = string.Join("; ", story.Select(one => $"{one.GetProperty("event")} {one.GetProperty("detail")}"));
        Assert.True(story.Count(one => one.GetProperty("event").GetString() == "promoted") == 2, told);

        // Without it, they all are, from where they stand.
        var all = await _cli.RunAsync("run", Write(Tpe), "--devices", "cpu:1");
        Assert.Equal(ExitCodes.Done, all.Code);
        var ended = await TrialsAsync("SELECT state FROM trials WHERE state <> 'succeeded'");
        Assert.Empty(ended);
    }

    [Fact]
    public async Task A_plan_tells_what_is_to_come()
    {
        var answer = await _cli.RunAsync("plan", Write(Asha), "--devices", "cpu:1");

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Contains("+ 6 new", answer.Out, StringComparison.Ordinal);
        Assert.Contains("at most 38 of 80 epochs", answer.Out, StringComparison.Ordinal);
    }

    private async Task<List<JsonElement>> TrialsAsync(string sql)
    {
        var answer = await _cli.RunAsync("query", sql, "--format", "json");
        Assert.Equal(ExitCodes.Done, answer.Code);
        using var json = JsonDocument.Parse(answer.Out);
        return [.. json.RootElement.EnumerateArray().Select(one => one.Clone())];
    }

    private string Write(string text) => _cli.File("search.yaml", text);
}
