using System.Diagnostics;
using System.Text.Json;
using VaeSweep.Results.Report;

namespace VaeSweep.Cli.Tests;

public sealed class ReportTests
{
    [Fact]
    public async Task A_report_opens_in_a_browser_offline_and_everything_in_it_works()
    {
        WebPages.Require(ReportPage.IsAvailable, "the report's page (npm in src/web)");
        WebPages.RequireBrowser();
        using var cli = new Cli();
        cli.Launcher.FailureOf = config => config is { Objective.K: 5, Seed: 1 }
            ? "the bound became NaN </script><b>in epoch 2" : null;
        await cli.RunAsync("run", cli.Sweep());
        var report = cli.File("report.html", "");

        var answer = await cli.RunAsync("report", "demo", "-o", report, "--no-models");
        var found = await WalkAsync(report);

        Assert.Equal(0, answer.Code);
        Assert.Equal(0, found.GetProperty("faults").GetArrayLength());
        Assert.Equal(0, found.GetProperty("requests").GetArrayLength());
        Assert.Equal(["desktop", "phone"], found.GetProperty("sizes").EnumerateArray()
            .Select(s => s.GetProperty("name").GetString()));
        Assert.All(found.GetProperty("sizes").EnumerateArray(), size =>
        {
            Assert.Contains("curves", size.GetProperty("figures").EnumerateArray().Select(f => f.GetString()));
            Assert.True(size.GetProperty("charts").GetInt32() >= 1);
            Assert.Equal(0, size.GetProperty("blank").GetInt32());
            Assert.Equal(0, size.GetProperty("overflow").GetInt32());
            Assert.True(size.GetProperty("legend").GetProperty("changed").GetBoolean());
            Assert.True(size.GetProperty("legend").GetProperty("restored").GetBoolean());
            Assert.True(size.GetProperty("sorted").GetBoolean());
            Assert.Equal(4, size.GetProperty("trials").GetInt32());
            Assert.Equal(0, size.GetProperty("none").GetInt32());
            PageLook.AssertAsRecorded($"report-{size.GetProperty("name").GetString()}", size.GetProperty("look"));
        });
    }

    [Fact]
    public async Task Text_of_a_sweep_cannot_end_the_element_that_holds_the_data()
    {
        WebPages.Require(ReportPage.IsAvailable, "the report's page (npm in src/web)");
        using var cli = new Cli();
        cli.Launcher.FailureOf = _ => "</script><script>alert(1)</script>";
        await cli.RunAsync("run", cli.Sweep());
        var report = cli.File("report.html", "");

        await cli.RunAsync("report", "demo", "-o", report, "--no-models");

        Assert.DoesNotContain("alert(1)</script>", await File.ReadAllTextAsync(report));
    }

    private static async Task<JsonElement> WalkAsync(string report)
    {
        var start = new ProcessStartInfo("node") { WorkingDirectory = WebPages.Sources(), UseShellExecute = false,
            RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "test/report.mjs", report, WebPages.Browser })
            start.ArgumentList.Add(argument);

        using var node = Process.Start(start)!;
        var error = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, $"the walk ended with {node.ExitCode}:\n{await error}\n{output}");
        return JsonDocument.Parse(output).RootElement;
    }
}
