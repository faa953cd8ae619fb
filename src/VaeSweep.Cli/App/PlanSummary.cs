using System.Globalization;
using System.Text.Json;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>What submitting a sweep file changes, in words.</summary>
internal static class PlanSummary
{
    private const int Sample = 5;

    /// <summary>The three counts on three lines: + new, = kept, - no longer wanted.</summary>
    /// <param name="done">What has been done, not what would be.</param>
    public static IEnumerable<string> Lines(SweepDefinition definition, SubmitResult result, bool done)
    {
        yield return $"{definition.Name}: {Wording.Count(result.Added + result.Kept, "trial")}, "
            + $"{Wording.Count(definition.Seeds.Count, "seed")} each";
        yield return $"  + {Number(result.Added)} new";
        yield return $"  = {Number(result.Kept)} "
            + $"kept{(result.Succeeded > 0 ? $", {Number(result.Succeeded)} of them succeeded" : "")}";
        var closed = done ? " (closed; what they produced is kept)" : " (would be closed; what they produced is kept)";
        yield return $"  - {Number(result.Unwanted)} no longer wanted{(result.Unwanted > 0 ? closed : "")}";
    }

    /// <summary>A few of the added and of the removed trials, by what varies in them.</summary>
    public static IEnumerable<string> Samples(SweepDefinition definition, SubmitResult result)
    {
        foreach (var trial in result.AddedSample.Take(Sample))
            yield return $"  + {trial.Id}  {Describe(definition, trial.ConfigJson)}";

        if (result.Added > Sample)
            yield return $"    ... and {Number(result.Added - Sample)} more";

        foreach (var trial in result.UnwantedSample.Take(Sample))
            yield return $"  - {trial.Id}  {Describe(definition, trial.ConfigJson)}";

        if (result.Unwanted > Sample)
            yield return $"    ... and {Number(result.Unwanted - Sample)} more";
    }

    private static string Describe(SweepDefinition definition, string configJson)
    {
        using var config = JsonDocument.Parse(configJson);
        var parts = definition.VaryingPaths.Append("seed").Select(path =>
        {
            var found = config.RootElement.TryGetProperty(path, out var value)
                || (ConfigSchema.Find(path)?.ShortFor is { } whole && config.RootElement.TryGetProperty(whole, out value));
            return found ? $"{path[(path.LastIndexOf('.') + 1)..]}={value.ToString()}" : null;
        });
        return string.Join(" ", parts.OfType<string>());
    }

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
