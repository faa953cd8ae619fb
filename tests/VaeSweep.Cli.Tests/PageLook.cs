using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace VaeSweep.Cli.Tests;

/// <summary>How a page looks, as numbers in a text file beside this one: its size, and its brightness on a coarse grid. See
/// docs/adr/0004.</summary>
/// <remarks>After a change of the page that is wanted: VAESWEEP_RECORD=1 writes the files anew; look at the screenshots
/// (src/web/test with a folder) before committing them.</remarks>
internal static class PageLook
{
    /// <summary>Mean difference of brightness, of 255: fonts and browsers of other versions stay below it, a missing figure or a
    /// broken column does not.</summary>
    private const double MostOff = 4;

    /// <summary>A cell that differs by more has something else in it.</summary>
    private const int Different = 48;

    private const double MostDifferent = 0.04;
    private const double MostTaller = 0.04;

    public static void AssertAsRecorded(string name, JsonElement look, [CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "Looks", $"{name}.txt");
        var (width, height, columns) =
            (look.GetProperty("width").GetInt32(), look.GetProperty("height").GetInt32(), look.GetProperty("columns").GetInt32());
        int[] grey = [.. look.GetProperty("grey").EnumerateArray().Select(g => g.GetInt32())];
        if (Environment.GetEnvironmentVariable("VAESWEEP_RECORD") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllLines(
                file, [$"{width} {height}", .. grey.Chunk(columns)
                    .Select(row => string.Concat(row.Select(g => g.ToString("x2", CultureInfo.InvariantCulture))))]);
            return;
        }

        var lines = File.ReadAllLines(file);
        var size = lines[0].Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToList();
        int[] recorded = [.. lines.Skip(1).SelectMany(line => Convert.FromHexString(line)).Select(b => (int)b)];
        Assert.Equal(recorded.Length, grey.Length);
        int[] off = [.. recorded.Zip(grey, (a, b) => Math.Abs(a - b))];
        Assert.Equal(size[0], width);
        Assert.InRange(height, size[1] * (1 - MostTaller), size[1] * (1 + MostTaller));
        Assert.True(
            off.Average() <= MostOff && off.Count(o => o > Different) <= MostDifferent * off.Length,
            $"The page looks otherwise ({name}): mean difference {off.Average():F1} of 255, {off.Count(o => o > Different)} "
                + $"of {off.Length} cells hold something else. {nameof(PageLook)} says how to record a change that is wanted.");
    }
}
