using System.Text.Json;

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
        Assert.All(views, view =>
        {
            Assert.Equal(0, view.GetProperty("blank").GetInt32());
            Assert.Equal(0, view.GetProperty("overflow").GetInt32());
            Assert.Equal(0, view.GetProperty("markup").GetInt32());
            Assert.Equal([], view.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()));
            if (view.TryGetProperty("look", out var look))
                PageLook.AssertAsRecorded($"dashboard-{view.GetProperty("name").GetString()}", look);
        });
        Assert.Contains("95.75 ± 0.35", Words(views, "sweep-desktop"), StringComparison.Ordinal);
        Assert.Contains(Hostile, Words(views, "home-desktop"), StringComparison.Ordinal);
        Assert.Contains(Hostile, Words(views, "failures-phone"), StringComparison.Ordinal);
        Assert.True(Charts(views, "sweep-desktop") >= 2);
        Assert.True(Charts(views, "trial-dark") >= 1);
    }

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
