using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace VaeSweep.Benchmarks;

/// <summary>What a page that has been open for an hour holds in its memory, in a real browser whose clock runs faster.</summary>
internal static class PageHeap
{
    private const string Browser = "/usr/bin/chromium";

    /// <returns>Memory in the end over that after a quarter of the time; not a number where there is no browser.</returns>
    public static async Task<double> MeasureAsync(TextWriter output, string link, CancellationToken cancellationToken)
    {
        var sources = Path.Combine(Peers.Root, "src", "web");
        if (!File.Exists(Browser) || !Directory.Exists(Path.Combine(sources, "node_modules", "playwright-core")))
        {
            await output.WriteLineAsync("page's memory: no browser, or no packages of src/web, to measure it with");
            return double.NaN;
        }

        var start = new ProcessStartInfo("node", ["test/dashboard.mjs", "heap", link, Browser])
        {
            WorkingDirectory = sources, UseShellExecute = false, RedirectStandardOutput = true,
        };
        using var node = Process.Start(start)!;
        var last = "";
        while (await node.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            last = line;
        await node.WaitForExitAsync(cancellationToken);
        if (node.ExitCode != 0)
            throw new InvalidOperationException($"the walk 'heap' ended with {node.ExitCode}.");
        using var found = JsonDocument.Parse(last);
        var seen = found.RootElement.GetProperty("heap").EnumerateArray().ToList();
        foreach (var one in seen)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"page after {one.GetProperty("updates").GetInt32()} updates in {one.GetProperty("minutes").GetInt32()} minutes: "
                    + $"{one.GetProperty("bytes").GetDouble() / 1e6:0.0} MB, {one.GetProperty("elements").GetInt32()} elements, "
                    + $"{one.GetProperty("listeners").GetInt32()} listeners"));
        }

        return seen[^1].GetProperty("bytes").GetDouble() / seen[0].GetProperty("bytes").GetDouble();
    }
}
