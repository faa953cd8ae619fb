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
        yield return $"{definition.Name}: {Wording.Count(result.Added + result.Kept + result.ToCome, "trial")}, "
            + $"{Wording.Count(definition.Seeds.Count, "seed")} each";
        var reused = result.Reused.Taken.Count == 0 ? ""
            : $"; {(done ? "taken over" : "would be taken over")}: {Reusing.Text(result.Reused)}";
        yield return $"  + {Number(result.Added)} new{reused}";
        if (result.Reused.OtherStack > 0)
        {
            yield return $"    {Wording.Count(result.Reused.OtherStack, "equal trial")} of other sweeps "
                + $"{(result.Reused.OtherStack == 1 ? "was" : "were")} trained with other software than this sweep, and "
                + $"{(result.Reused.OtherStack == 1 ? "is" : "are")} trained anew";
        }

        foreach (var (epochs, of, trials, why) in result.TrainedBefore)
        {
            var some = $"    {Wording.Count(trials, "trial")} ";
            yield return some + (why is null
                ? $"{(trials == 1 ? "goes" : "go")} on from {Number(epochs)} of {(trials == 1 ? "its" : "their")} "
                    + $"{Number(of)} epochs"
                : $"{(trials == 1 ? "begins" : "begin")} anew although {(trials == 1 ? "it has" : "they have")} "
                    + $"{Number(epochs)} of {Number(of)} epochs: {why}");
        }

        if (result.ToCome > 0)
        {
            yield return $"  . {Number(result.ToCome)} to come, each drawn by what those before it find "
                + $"({definition.Search.Metric})";
        }

        if (result.ToConfirm > 0 && definition.Confirm is { } confirm)
        {
            yield return $"  . {Number(result.ToConfirm)} to confirm: the best {Number(confirm.Top)} by "
                + $"{definition.Search.Metric} again, each with {Number(confirm.Seeds)} fresh seeds, once all others are closed";
        }

        yield return $"  = {Number(result.Kept)} "
            + $"kept{(result.Succeeded > 0 ? $", {Number(result.Succeeded)} of them succeeded" : "")}";
        var closed = done ? " (closed; what they produced is kept)" : " (would be closed; what they produced is kept)";
        var retired = $"; {Number(result.Retired)} of them finished, which no table counts then";
        yield return $"  - {Number(result.Unwanted)} no longer wanted{(result.Unwanted > 0 ? closed : "")}"
            + (result.Retired > 0 ? retired : "");
        if (Confirming(definition, result) is { } words)
            yield return words;
    }

    /// <summary>What becomes of trials that confirm what was found before; null where nothing does.</summary>
    private static string? Confirming(SweepDefinition definition, SubmitResult result)
    {
        var there = result.Confirming;
        if (there == 0 || definition.Confirm is not { } confirm)
            return null;
        if (result.Added + result.ToCome + result.WantedAgain > 0)
        {
            return $"    the search goes on: {Wording.Count(there, "trial")} of an earlier confirmation will be marked as "
                + "superseded, and the best are confirmed anew when it ends, with other seeds";
        }

        var wanted = (long)confirm.Top * confirm.Seeds;
        return there > wanted ? $"    {Number(there - wanted)} of {Wording.Count(there, "trial")} that confirm "
            + $"will be marked as superseded: the best {Number(confirm.Top)} with {Number(confirm.Seeds)} seeds stay as they "
            + "were chosen; what the others produced is kept" : null;
    }

    /// <summary>A few of the added and of the removed trials, by what varies in them.</summary>
    public static IEnumerable<string> Samples(SweepDefinition definition, SubmitResult result)
    {
        var paths = Telling(definition, result);
        foreach (var trial in result.AddedSample.Take(Sample))
            yield return $"  + {trial.Id}  {Describe(paths, trial.ConfigJson)}";

        if (result.Added > Sample)
            yield return $"    ... and {Number(result.Added - Sample)} more";

        foreach (var trial in result.UnwantedSample.Take(Sample))
        {
            yield return $"  - {trial.Id}  {Describe(paths, trial.ConfigJson)}"
                + $"{(trial.State == TrialState.Succeeded ? "  (finished)" : "")}";
        }

        if (result.Unwanted > Sample)
            yield return $"    ... and {Number(result.Unwanted - Sample)} more";
    }

    /// <summary>What varies in the file, and every path in which a trial that it no longer contains differs from those that it
    /// has: what was removed must not read like what is kept.</summary>
    private static List<string> Telling(SweepDefinition definition, SubmitResult result)
    {
        var paths = definition.VaryingPaths.ToList();
        if (result.UnwantedSample.Count == 0)
            return paths;

        var first = Values(definition.Expand().First().ConfigJson);
        foreach (var removed in result.UnwantedSample.Take(Sample).Select(trial => Values(trial.ConfigJson)))
        {
            paths.AddRange(first.Keys.Union(removed.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Where(path => path != "seed" && !paths.Contains(path) && !paths.Contains(ConfigSchema.Find(path)?.ShortFor ?? "")
                    && !paths.Exists(known => ConfigSchema.Find(known)?.ShortFor == path)
                    && first.GetValueOrDefault(path) != removed.GetValueOrDefault(path)));
        }

        return paths;
    }

    private static Dictionary<string, string> Values(string configJson)
    {
        using var config = JsonDocument.Parse(configJson);
        return config.RootElement.EnumerateObject()
            .ToDictionary(one => one.Name, one => one.Value.GetRawText(), StringComparer.Ordinal);
    }

    private static string Describe(List<string> paths, string configJson)
    {
        using var config = JsonDocument.Parse(configJson);
        var parts = paths.Append("seed").Select(path =>
        {
            var found = config.RootElement.TryGetProperty(path, out var value)
                || (ConfigSchema.Find(path)?.ShortFor is { } whole && config.RootElement.TryGetProperty(whole, out value));
            return found ? $"{path[(path.LastIndexOf('.') + 1)..]}="
                + $"{(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText())}" : null;
        });
        return string.Join(" ", parts.OfType<string>());
    }

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
