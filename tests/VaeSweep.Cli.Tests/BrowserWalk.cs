using System.Diagnostics;
using System.Text.Json;

namespace VaeSweep.Cli.Tests;

/// <summary>One walk of src/web/test/dashboard.mjs: a real browser on a real dashboard.</summary>
internal static class BrowserWalk
{
    /// <summary>A folder for the screenshots, for who looks at them.</summary>
    private const string Pictures = "VAESWEEP_PICTURES";

    /// <param name="link">What the dashboard has printed, or the same with the token.</param>
    /// <param name="asked">Does to the head what the walk asks for.</param>
    /// <returns>What the walk has found.</returns>
    public static async Task<JsonElement> RunAsync(string walk, string link, Func<string, Task<string>>? asked = null)
    {
        var start = new ProcessStartInfo("node") { WorkingDirectory = WebPages.Sources(), UseShellExecute = false,
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "test/dashboard.mjs", walk, link, WebPages.Browser })
            start.ArgumentList.Add(argument);
        if (Environment.GetEnvironmentVariable(Pictures) is { Length: > 0 } folder)
            start.ArgumentList.Add(folder);

        using var node = Process.Start(start)!;
        var error = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var last = "";
        try
        {
            while (await node.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                last = line;
                if (!line.StartsWith("""{"ask":""", StringComparison.Ordinal))
                    continue;
                var answer = await asked!(JsonDocument.Parse(line).RootElement.GetProperty("ask").GetString()!);
                await node.StandardInput.WriteLineAsync(answer);
                await node.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            if (!node.HasExited && TestContext.Current.CancellationToken.IsCancellationRequested)
                node.Kill(entireProcessTree: true);
        }

        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, $"the walk '{walk}' ended with {node.ExitCode}:\n{await error}\n{last}");
        return JsonDocument.Parse(last).RootElement;
    }

    /// <summary>Nothing went wrong in the page, nothing was asked of anybody else, and axe-core has nothing to say.</summary>
    public static void AssertClean(JsonElement found)
    {
        // In full: what a collection's assertion prints is cut short.
        var wrong = new[] { "faults", "requests", "axe" }
            .SelectMany(kind => found.GetProperty(kind).EnumerateArray().Select(one => $"{kind}: {one}")).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
