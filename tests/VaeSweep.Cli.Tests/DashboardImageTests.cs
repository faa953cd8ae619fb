namespace VaeSweep.Cli.Tests;

/// <summary>What trained models draw, on the dashboard's page of their trial in a real browser.</summary>
public sealed class DashboardImageTests(TrainedSweep sweep) : IClassFixture<TrainedSweep>
{
    [Fact]
    public async Task A_trials_samples_and_reconstructions_are_pictures_on_its_page()
    {
        WebPages.Require(File.Exists(Path.Combine(WebPages.Dashboard, "index.html")), "the dashboard's page (npm in src/web)");
        WebPages.RequireBrowser();
        await sweep.TrainAsync();
        await using var served = await ServedDashboard.StartAsync(sweep, "dashboard");

        var found = await BrowserWalk.RunAsync("images", served.Link);

        BrowserWalk.AssertClean(found);
        // Of one setting there is nothing to compare: the page does not ask for what would be refused.
        Assert.Contains("Nothing but the seed varies", found.GetProperty("parallel").GetString(), StringComparison.Ordinal);
        var drawn = found.GetProperty("drawn").EnumerateArray().ToList();
        Assert.Equal(["samples", "reconstructions"], drawn.Select(one => one.GetProperty("kind").GetString()));
        Assert.All(drawn, one =>
        {
            Assert.Equal([], one.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()));
            Assert.True(one.GetProperty("pictures").GetInt32() > 0, $"{one}");
            Assert.Contains($"images={one.GetProperty("kind").GetString()}", one.GetProperty("address").GetString(),
                StringComparison.Ordinal);
        });
    }
}
