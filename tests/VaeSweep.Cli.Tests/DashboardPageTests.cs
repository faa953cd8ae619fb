using System.Text.Json;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli.Tests;

/// <summary>The dashboard's page in a real browser, on the real server. See docs/adr/0004.</summary>
public sealed class DashboardPageTests : IDisposable
{
    private const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)><b>bold</b>";

    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Every_page_works_on_a_desktop_on_a_phone_and_in_the_dark()
    {
        RequirePage();
        _cli.Launcher.FailureOf = config => config is { Objective.K: 5, Seed: 1 } ? $"the bound became NaN {Hostile}" : null;
        await _cli.RunAsync("run", _cli.Sweep());
        await _cli.RunAsync("note", "demo", Hostile);
        await _cli.RunAsync("tag", "demo", "+paper");
        await using var served = await ServedDashboard.StartAsync(_cli, 0, "dashboard");

        var found = await BrowserWalk.RunAsync("pages", served.LinkOf(_cli));

        BrowserWalk.AssertClean(found);
        var views = found.GetProperty("views").EnumerateArray().ToList();
        Assert.Equal(33, views.Count);
        AssertSound(views);
        Assert.All(views, view =>
        {
            if (view.TryGetProperty("look", out var look))
                PageLook.AssertAsRecorded($"dashboard-{view.GetProperty("name").GetString()}", look);
        });
        Assert.Contains("95.75 ± 0.35", Words(views, "sweep-desktop"), StringComparison.Ordinal);
        Assert.Contains(Hostile, Words(views, "home-desktop"), StringComparison.Ordinal);
        Assert.Contains(Hostile, Words(views, "failures-phone"), StringComparison.Ordinal);
        Assert.True(Charts(views, "sweep-desktop") >= 2);
        Assert.True(Charts(views, "trial-dark") >= 1);
    }

    [Fact]
    public async Task Numbers_come_in_within_half_a_second_and_nothing_that_the_reader_did_is_lost()
    {
        RequirePage();
        using var gate = new SemaphoreSlim(3);
        _cli.Launcher.BeforeEpoch = (_, _) => gate.Wait(TestContext.Current.CancellationToken);
        await using var served = await ServedDashboard.StartAsync(
            _cli, 0, "run", LongSweep(), "--devices", "cpu:1", "--dashboard");

        var found = await BrowserWalk.RunAsync("live", served.Link, _ =>
        {
            gate.Release();
            return Task.FromResult("");
        });
        gate.Release(1000);

        BrowserWalk.AssertClean(found);
        var delays = found.GetProperty("delays").EnumerateArray().Select(delay => delay.GetInt32()).Order().ToList();
        Assert.True(delays[delays.Count / 2] <= 500, $"an epoch is on the page after {string.Join(", ", delays)} ms");
        var kept = found.GetProperty("kept");
        Assert.Equal(kept.GetProperty("before").GetRawText(), kept.GetProperty("after").GetRawText());
        Assert.Contains("zoom=", kept.GetProperty("after").GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, kept.GetProperty("after").GetProperty("open").GetInt32());
        Assert.Equal(8, kept.GetProperty("epochs").GetInt32());
        Assert.True(found.GetProperty("takenOver").GetBoolean());
    }

    [Fact]
    public async Task A_head_is_killed_and_started_under_an_open_page_which_goes_on()
    {
        RequirePage();
        await _cli.RunAsync("run", _cli.Sweep());
        var head = await HeadProcess.StartAsync(_cli.Store, 0);
        var port = head.Port;
        try
        {
            var found = await BrowserWalk.RunAsync("restart", head.Link, async what =>
            {
                if (what == "stop")
                    await head.KillAsync();
                else
                    head = await HeadProcess.StartAsync(_cli.Store, port);
                return "";
            });

            BrowserWalk.AssertClean(found);
            Assert.Contains("disconnected", found.GetProperty("away").GetString(), StringComparison.Ordinal);
            Assert.True(found.GetProperty("kept").GetBoolean());
            Assert.Equal(0, found.GetProperty("alerts").GetInt32());
            Assert.Equal("live", found.GetProperty("back").GetString());
        }
        finally
        {
            await head.KillAsync();
        }
    }

    [Fact]
    public async Task Everything_can_be_done_on_the_page_and_a_second_person_sees_it()
    {
        RequirePage();
        await using var head = await RunningHead.StartAsync(_cli.Store);
        await _cli.RunAsync("submit", _cli.Sweep());
        await FailOneAsync(head.Store);
        await using var served = await ServedDashboard.StartAsync(_cli, 0, "dashboard");

        var found = await BrowserWalk.RunAsync(
            "steer", served.LinkOf(_cli), _ => Task.FromResult(served.LinkOf(_cli, "visitor")));

        BrowserWalk.AssertClean(found);
        var said = found.GetProperty("said");
        Assert.Contains("paused", said.GetProperty("pause").GetString(), StringComparison.Ordinal);
        Assert.Contains("active", said.GetProperty("undo pause").GetString(), StringComparison.Ordinal);
        Assert.Contains("priority 7", said.GetProperty("priority").GetString(), StringComparison.Ordinal);
        Assert.Contains("at most 2 at once", said.GetProperty("concurrency").GetString(), StringComparison.Ordinal);
        Assert.Contains("active", said.GetProperty("undo stop").GetString(), StringComparison.Ordinal);
        Assert.Contains("no limit", said.GetProperty("undo concurrency").GetString(), StringComparison.Ordinal);
        Assert.Contains("queued", said.GetProperty("undo trial stop").GetString(), StringComparison.Ordinal);
        Assert.False(found.GetProperty("retryHasUndo").GetBoolean());
        Assert.Contains("demo", found.GetProperty("preview").GetString(), StringComparison.Ordinal);
        Assert.Equal("delete …", found.GetProperty("focus").GetString());
        Assert.Equal(0, found.GetProperty("visitor").GetInt32());
        Assert.Null(await head.Store.GetSweepAsync("demo", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_keyboard_is_enough()
    {
        RequirePage();
        await _cli.RunAsync("run", _cli.Sweep());
        await using var served = await ServedDashboard.StartAsync(_cli, 0, "dashboard");

        var found = await BrowserWalk.RunAsync("keyboard", served.Link);

        BrowserWalk.AssertClean(found);
        Assert.NotEqual("none", found.GetProperty("outline").GetString());
        // Four trials below the header; there is nothing beyond the ends.
        var last = found.GetProperty("grid")[3][1].GetInt32();
        Assert.Equal(
            [(2, 0), (3, 0), (3, 1), (3, last), (2, last), (1, last), (1, 0), (5, last), (5, last), (2, 0), (5, 0)],
            found.GetProperty("grid").EnumerateArray().Select(cell => (cell[0].GetInt32(), cell[1].GetInt32())));
        Assert.Equal(1, found.GetProperty("stops").GetInt32());
    }

    [Fact]
    public async Task What_is_brushed_on_an_axis_filters_the_table_and_the_curves_here_and_at_a_colleagues()
    {
        RequirePage();
        await _cli.RunAsync("run", _cli.Sweep("[1, 5, 10]"));
        await using var served = await ServedDashboard.StartAsync(_cli, 0, "dashboard");

        var found = await BrowserWalk.RunAsync("brush", served.Link);

        BrowserWalk.AssertClean(found);
        Assert.Equal(3, found.GetProperty("before").GetInt32());
        Assert.InRange(found.GetProperty("after").GetInt32(), 1, 2);
        Assert.Equal(found.GetProperty("after").GetInt32(), found.GetProperty("sent").GetInt32());
        Assert.Contains("where=objective.k=", found.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Matches("^as of [0-9]+ s ago$", found.GetProperty("age").GetString());
    }

    [Fact]
    public async Task A_hundred_thousand_trials_are_there_within_a_second()
    {
        RequirePage();
        var values = string.Join(", ", Enumerable.Range(1, 100));
        Assert.Equal(ExitCodes.Done, (await _cli.RunAsync("submit", _cli.File("many.yaml", $$"""
            name: many
            dataset: { name: sprites, train: 100, valid: 50, test: 50 }
            train: { epochs: 3 }
            evaluate: { metrics: [test_nll], importance_samples: 5 }
            parameters:
              objective.k: [{{values}}]
              model.latent: [{{values}}]
            seeds: 10
            table: { by: [objective.k], metric: test_nll }
            """))).Code);
        await using var served = await ServedDashboard.StartAsync(_cli, 0, "dashboard");

        var found = await BrowserWalk.RunAsync("many", served.Link);

        BrowserWalk.AssertClean(found);
        Assert.Equal(100_001, found.GetProperty("count").GetInt32());
        Assert.InRange(found.GetProperty("rows").GetInt32(), 10, 60);
        Assert.InRange(found.GetProperty("elements").GetInt32(), 100, 3000);
        foreach (var view in new[] { "home", "sweep", "trials" })
        {
            var usable = found.GetProperty(view).GetProperty("usable").GetInt32();
            Assert.True(usable <= 1000, $"{view} can be used after {usable} ms: {found}");
        }

        Long.Proved($"dashboard, 100,000 trials: {found.GetProperty("home")} {found.GetProperty("sweep")} "
            + $"{found.GetProperty("trials")}, to the last row {found.GetProperty("bottom")} ms, sorted "
            + $"{found.GetProperty("sort")} ms");
    }

    [Fact]
    public async Task A_search_shows_what_it_found_its_rungs_and_who_went_on_from_whom()
    {
        RequirePage();
        foreach (var (name, scheduler) in new[]
        {
            ("rungs", "asha: { min_epochs: 1, reduction: 2 }"), ("population", "pbt: { every: 2 }"),
        })
        {
            var ran = await _cli.RunAsync("run", _cli.File($"{name}.yaml", $$"""
                name: {{name}}
                dataset: { name: sprites, binarization: none, train: 100, valid: 20, test: 20 }
                train: { epochs: 6 }
                method: random
                trials: 8
                search: { metric: train_elbo }
                scheduler: { {{scheduler}} }
                parameters: { train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] }, objective.k: { uniform: [1, 60] } }
                evaluate: { metrics: [test_elbo] }
                """), "--devices", "cpu:1");
            Assert.True(ran.Code == ExitCodes.Done, ran.Error);
        }

        await using var served = await ServedDashboard.StartAsync(_cli, 0, "dashboard");

        var found = await BrowserWalk.RunAsync("search", served.LinkOf(_cli));

        BrowserWalk.AssertClean(found);
        var views = found.GetProperty("views").EnumerateArray().ToList();
        Assert.Equal(6, views.Count);
        AssertSound(views);
        Assert.All(views, view => Assert.True(view.GetProperty("charts").GetInt32() >= 2, $"{view}"));
        Assert.Contains("asha", Words(views, "search-rungs-desktop"), StringComparison.Ordinal);
        Assert.Contains("8 members", Words(views, "search-population-phone"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_edited_definition_would_change_is_told_and_so_is_what_is_wrong_with_it()
    {
        RequirePage();
        await _cli.RunAsync("submit", _cli.Sweep());
        await using var served = await ServedDashboard.StartAsync(_cli, 0, "dashboard");

        var found = await BrowserWalk.RunAsync("plan", served.Link);

        BrowserWalk.AssertClean(found);
        Assert.Contains("2 new", found.GetProperty("difference").GetString(), StringComparison.Ordinal);
        Assert.Contains("objective.kk", found.GetProperty("fault").GetString(), StringComparison.Ordinal);
        Assert.True(found.GetProperty("back").GetBoolean());
    }

    private string LongSweep() => _cli.File("long.yaml", """
        name: demo
        dataset: { name: sprites, train: 100, valid: 50, test: 50 }
        train: { epochs: 30 }
        model: { hidden: [20, 20] }
        evaluate: { metrics: [test_nll], importance_samples: 5 }
        parameters:
          objective.k: [1, 5]
        seeds: 2
        table: { by: [objective.k], metric: test_nll }
        """);

    private static async Task FailOneAsync(IStore store)
    {
        var token = TestContext.Current.CancellationToken;
        var claim = Assert.Single(await store.ClaimAsync(new ClaimRequest("w", "cpu:0", "t"), token));
        var end = new AttemptEnd(AttemptOutcome.Failed) { FailureClass = FailureClass.Nan, Reason = "the bound became NaN" };
        Assert.True(await store.FinishAsync(claim.Attempt, end, token));
    }

    /// <summary>Every chart is drawn, nothing is wider than the window, nothing of what people wrote is markup, and nothing is
    /// refused.</summary>
    private static void AssertSound(IEnumerable<JsonElement> views) => Assert.All(views, view =>
    {
        Assert.Equal(0, view.GetProperty("blank").GetInt32());
        Assert.Equal(0, view.GetProperty("overflow").GetInt32());
        Assert.Equal(0, view.GetProperty("markup").GetInt32());
        Assert.Equal([], view.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()));
    });

    private static string Words(IEnumerable<JsonElement> views, string name) =>
        View(views, name).GetProperty("words").GetString()!;

    private static int Charts(IEnumerable<JsonElement> views, string name) => View(views, name).GetProperty("charts").GetInt32();

    private static JsonElement View(IEnumerable<JsonElement> views, string name) =>
        views.First(view => view.GetProperty("name").GetString() == name);

    private static void RequirePage()
    {
        WebPages.Require(File.Exists(Path.Combine(WebPages.Dashboard, "index.html")), "the dashboard's page (npm in src/web)");
        WebPages.RequireBrowser();
    }
}
