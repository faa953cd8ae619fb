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
    public async Task What_a_search_does_is_no_alarm_and_what_it_spares_is_not_waited_for()
    {
        await _cli.RunAsync("run", Write(Asha), "--devices", "cpu:1");

        var status = await _cli.RunAsync("status", "learns");

        Assert.Contains("stopped", status.Out, StringComparison.Ordinal);
        Assert.Contains("epochs (100 %)", status.Out, StringComparison.Ordinal);
        Assert.All(["proposed", "promoted", "ended "], one => Assert.DoesNotContain(one, status.Out, StringComparison.Ordinal));
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
        var poor = trials.Except(whole).First().GetProperty("trial").GetString()!;
        var why = await _cli.RunAsync("why", poor);
        Assert.Matches(
            "^" + poor + " of learns: (proposed by tpe after [0-9]+ results?.*|one of the .* seed [01]); (promoted .*)?"
            + "ended at [12] epochs? as [0-9]+.. of [0-9]+; stopped at [12] epochs?[.]$", why.Out.Trim());

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

    [Fact]
    public async Task A_plan_keeps_what_was_proposed_and_not_what_an_edited_space_leaves_out()
    {
        await _cli.RunAsync("run", Write(Tpe), "--devices", "cpu:1");
        var outside = await CountAsync("CAST(config ->> '$.\"objective.k\"' AS INTEGER) > 30");
        Assert.InRange(outside, 1, 19);

        var more = await _cli.RunAsync("plan", Write(Tpe), "--set", "trials=13", "--devices", "cpu:1");
        var narrower = Write(Tpe.Replace("[1, 60]", "[1, 30]", StringComparison.Ordinal));
        var edited = await _cli.RunAsync("plan", narrower, "--devices", "cpu:1");

        Assert.Contains("learns: 26 trials, 2 seeds each", more.Out, StringComparison.Ordinal);
        Assert.Contains("+ 0 new", more.Out, StringComparison.Ordinal);
        Assert.Contains(". 6 to come", more.Out, StringComparison.Ordinal);
        Assert.Contains("= 20 kept, 20 of them succeeded", more.Out, StringComparison.Ordinal);
        Assert.Contains("to train: 6 trials", more.Out, StringComparison.Ordinal);
        Assert.Contains($"- {outside} no longer wanted", edited.Out, StringComparison.Ordinal);
        Assert.Contains($"= {20 - outside} kept", edited.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_scheduler_has_ended_is_not_planned_again()
    {
        await _cli.RunAsync("run", Write(Asha), "--devices", "cpu:1");

        var plan = await _cli.RunAsync("plan", Write(Asha), "--devices", "cpu:1");

        Assert.InRange(await CountAsync("state = 'stopped'"), 1, 19);
        Assert.Contains("= 20 kept", plan.Out, StringComparison.Ordinal);
        Assert.Contains("nothing is left to train.", plan.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_best_are_confirmed_with_fresh_seeds_and_stand_in_the_table_alone()
    {
        const string Confirmed = Tpe + "\nconfirm: { top: 3, seeds: 4 }\n";
        var plan = await _cli.RunAsync("plan", Write(Confirmed), "--devices", "cpu:1");
        Assert.Contains(". 12 to confirm: the best 3 by train_elbo again, each with 4 fresh seeds", plan.Out,
            StringComparison.Ordinal);

        var answer = await _cli.RunAsync("run", Write(Confirmed), "--devices", "cpu:1");

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Equal(32, _cli.Launcher.Trained.Distinct().Count());
        var confirming = await TrialsAsync("SELECT trial, seed, state, round FROM trials WHERE round > 0");
        Assert.Equal(12, confirming.Count);
        Assert.Equal(
            [1000, 1001, 1002, 1003], confirming.Select(one => one.GetProperty("seed").GetInt64()).Distinct().Order());
        Assert.All(confirming, one => Assert.Equal("succeeded", one.GetProperty("state").GetString()));
        var story = await TrialsAsync(
            $"SELECT detail FROM events WHERE trial = '{confirming[0].GetProperty("trial").GetString()}' AND event = 'chosen'");
        Assert.Contains("of 10 by train_elbo", Assert.Single(story).GetProperty("detail").GetString(), StringComparison.Ordinal);

        var table = await JsonAsync("table", "learns");
        Assert.Equal("best", table.GetProperty("versus").GetString());
        var rows = table.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(3, rows.Count);
        Assert.All(rows, one => Assert.Equal(
            (4, 2), (one.GetProperty("n").GetInt32(), one.GetProperty("search").GetProperty("n").GetInt32())));
        Assert.Equal(10, (await JsonAsync("table", "learns", "--search")).GetProperty("rows").GetArrayLength());
        Assert.Contains("confirmed: 3 of 10 points that were searched", answer.Out, StringComparison.Ordinal);
        var best = await JsonAsync("best", "learns");
        Assert.Equal(4, best.GetProperty("confirmed_by").GetInt32());
        Assert.InRange(best.GetProperty("config").GetProperty("seed").GetInt64(), 1000, 1003);
    }

    [Fact]
    public async Task More_points_confirm_anew_and_less_that_is_asked_for_marks_the_rest()
    {
        const string Confirmed = Tpe + "\nconfirm: { top: 3, seeds: 4 }\n";
        await _cli.RunAsync("run", Write(Confirmed), "--devices", "cpu:1");

        var less = await _cli.RunAsync(
            "run", Write(Confirmed.Replace("top: 3", "top: 2", StringComparison.Ordinal)), "--devices", "cpu:1");
        Assert.Contains("4 of 12 trials that confirm will be marked as superseded", less.Error, StringComparison.Ordinal);
        Assert.Equal((32, 8), (_cli.Launcher.Trained.Count, await CountAsync("round = 1 AND wanted = 1")));

        var again = await _cli.RunAsync("run", Write(Confirmed), "--devices", "cpu:1");
        Assert.Equal(ExitCodes.Done, again.Code);
        Assert.Equal((32, 12), (_cli.Launcher.Trained.Count, await CountAsync("round = 1 AND wanted = 1")));

        var more = await _cli.RunAsync(
            "run", Write(Confirmed.Replace("trials: 10", "trials: 12", StringComparison.Ordinal)), "--devices", "cpu:1");
        Assert.Contains("12 trials of an earlier confirmation will be marked", more.Error, StringComparison.Ordinal);
        Assert.Equal(
            (48, 0, 12),
            (_cli.Launcher.Trained.Count, await CountAsync("round = 1 AND wanted = 1"), await CountAsync("round = 2")));

        var without = Write(Tpe.Replace("trials: 10", "trials: 12", StringComparison.Ordinal));
        await _cli.RunAsync("run", without, "--devices", "cpu:1", "--yes");
        Assert.Equal(0, await CountAsync("round > 0 AND wanted = 1"));
        Assert.Equal(48, _cli.Launcher.Trained.Count);
    }

    [Fact]
    public async Task What_a_scheduler_ended_is_confirmed_to_the_end_where_too_few_came_there()
    {
        await _cli.RunAsync("run", Write(Asha + "confirm: { top: 4, seeds: 2 }\n"), "--devices", "cpu:1");

        var confirming = await TrialsAsync("SELECT trial, state, epochs_done FROM trials WHERE round = 1");
        Assert.Equal(8, confirming.Count);
        Assert.All(confirming, one => Assert.Equal(4, one.GetProperty("epochs_done").GetInt64()));
    }

    [Fact]
    public async Task An_edited_space_is_looked_at_though_all_points_are_there()
    {
        await _cli.RunAsync("run", Write(Tpe), "--devices", "cpu:1");

        var edited = Write(Tpe.Replace("[1, 60]", "[1, 30]", StringComparison.Ordinal));
        await _cli.RunAsync("run", edited, "--devices", "cpu:1", "--yes");

        Assert.Equal(20, await CountAsync("wanted = 1 AND CAST(config ->> '$.\"objective.k\"' AS INTEGER) <= 30"));
        Assert.Equal(0, await CountAsync("wanted = 1 AND CAST(config ->> '$.\"objective.k\"' AS INTEGER) > 30"));
    }

    [Fact]
    public async Task In_a_population_the_worst_give_up_their_places_and_a_lineage_is_told_and_drawn()
    {
        const string Population = """
            name: learns
            dataset: { name: sprites, binarization: none, train: 100, valid: 20, test: 20 }
            train: { epochs: 6 }
            method: random
            trials: 8
            search: { metric: train_elbo }
            scheduler: { pbt: { every: 2 } }
            parameters: { train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] }, objective.k: { uniform: [1, 60] } }
            evaluate: { metrics: [test_elbo] }
            """;

        var answer = await _cli.RunAsync("run", Write(Population), "--devices", "cpu:1");

        Assert.True(answer.Code == ExitCodes.Done, answer.Error);
        var trials = await TrialsAsync("SELECT trial, parent, state, epochs_done FROM trials");
        // Two of eight at each of two rungs.
        Assert.Equal((12, 4, 4), (
            trials.Count, trials.Count(one => one.GetProperty("parent").ValueKind == JsonValueKind.String),
            trials.Count(one => one.GetProperty("state").GetString() == "stopped")));
        var copy = trials.Last(one => one.GetProperty("parent").ValueKind == JsonValueKind.String);
        var (id, parent) = (copy.GetProperty("trial").GetString()!, copy.GetProperty("parent").GetString()!);
        Assert.Equal(("succeeded", 6), (copy.GetProperty("state").GetString(), copy.GetProperty("epochs_done").GetInt32()));
        // What it has from the other is not trained again.
        Assert.Equal(8 * 3, _cli.Launcher.Trained.Count);
        var show = await _cli.RunAsync("show", id);
        Assert.Matches($"goes on from: ([0-9a-f]+ > )?{parent}\n", show.Out);
        var why = await _cli.RunAsync("why", id);
        Assert.Contains($"copied at 4 epochs from {parent}: ", why.Out, StringComparison.Ordinal);
        var figure = _cli.File("lineage.svg", "");
        var plot = await _cli.RunAsync("plot", "lineage", "learns", "-o", figure);
        Assert.True(plot.Code == ExitCodes.Done, plot.Error);
        Assert.Contains("8 members; 4 gave up their places", await File.ReadAllTextAsync(figure), StringComparison.Ordinal);
    }

    private async Task<JsonElement> JsonAsync(params string[] command)
    {
        var answer = await _cli.RunAsync([.. command, "--format", "json"]);
        Assert.True(answer.Code == ExitCodes.Done, answer.Error);
        using var json = JsonDocument.Parse(answer.Out);
        return json.RootElement.Clone();
    }

    private async Task<long> CountAsync(string where) =>
        (await TrialsAsync($"SELECT COUNT(*) AS n FROM trials WHERE {where}"))[0].GetProperty("n").GetInt64();

    private async Task<List<JsonElement>> TrialsAsync(string sql)
    {
        var answer = await _cli.RunAsync("query", sql, "--format", "json");
        Assert.Equal(ExitCodes.Done, answer.Code);
        using var json = JsonDocument.Parse(answer.Out);
        return [.. json.RootElement.EnumerateArray().Select(one => one.Clone())];
    }

    private string Write(string text) => _cli.File("search.yaml", text);
}
