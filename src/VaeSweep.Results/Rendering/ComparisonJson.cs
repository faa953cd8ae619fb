using System.Text.Json;

namespace VaeSweep.Results;

/// <summary>A comparison table as JSON: every number unrounded, one entry of `rows` a cell.</summary>
internal static class ComparisonJson
{
    public static string Write(ComparisonTable table) => JsonRenderer.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("sweep", table.Sweeps);
        if (table.Others.Count > 0)
            WriteNames(json, "sweeps", [table.Sweep, .. table.Others]);

        json.WriteString("metric", table.Metric.Name);
        json.WriteString("unit", table.Metric.Unit);
        json.WriteString("direction", table.Metric.Direction.ToString().ToLowerInvariant());
        WriteNames(json, "by", table.By);
        WriteNames(json, "columns", table.Across);
        json.WriteString("interval", table.Interval.ToString().ToLowerInvariant());
        if (table.Baseline is { } baseline)
        {
            json.WriteStartObject("baseline");
            foreach (var (path, value) in baseline)
                json.WriteString(path, value);

            json.WriteEndObject();
        }

        if (table.Where.Count > 0)
        {
            json.WriteStartObject("where");
            foreach (var (path, value) in table.Where)
                json.WriteString(path, value);

            json.WriteEndObject();
        }

        if (table.Top is { } top)
        {
            json.WriteNumber("top", top);
            json.WriteNumber("rows_in_all", table.AllRows.Count);
        }

        if (table.IsAgainstBest)
            json.WriteString("versus", "best");

        json.WriteNumber("retired", table.Retired);
        json.WriteStartArray("rows");
        foreach (var row in table.Rows)
            WriteRow(json, table, row);

        json.WriteEndArray();
        json.WriteStartArray("best");
        foreach (var contest in table.Contests)
            WriteContest(json, table, contest);

        json.WriteEndArray();
        json.WriteStartArray("unmatched_references");
        foreach (var paper in table.Unmatched)
        {
            json.WriteStartObject();
            json.WriteString("where", paper.Where.ToString());
            json.WriteNumber("value", paper.Value);
            json.WriteString("source", paper.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteRow(Utf8JsonWriter json, ComparisonTable table, ComparisonRow row)
    {
        json.WriteStartObject();
        WriteSettings(json, "by", table.By, row.By);
        if (table.Across.Count > 0)
            WriteSettings(json, "columns", table.Across, row.Across);

        WriteSummary(json, row.Values);
        WriteNumber(json, "reference", row.Published?.Value ?? double.NaN);
        WriteNumber(json, "difference", row.Difference);
        json.WriteString("source", row.Published?.Source);
        json.WritePropertyName("rank");
        JsonRenderer.WriteValue(json, row.Rank);
        json.WriteBoolean("best", row.Best);
        json.WriteBoolean("separated", row.Separated);
        if (row.Found is { } found)
        {
            json.WriteStartObject("search");
            WriteSummary(json, found);
            json.WriteEndObject();
        }

        if (table.HasVersus)
        {
            json.WriteBoolean("is_baseline", row.IsBaseline);
            json.WritePropertyName("versus");
            WriteDifference(json, row.Versus, row.AdjustedP);
        }

        if (table.More.Count > 0)
        {
            json.WriteStartObject("metrics");
            foreach (var (name, summary) in row.More)
            {
                json.WriteStartObject(name);
                WriteSummary(json, summary);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteNumber("settings", row.Settings);
        json.WriteNumber("trials", row.Trials);
        json.WriteNumber("ended_early", row.EndedEarly);
        json.WriteStartObject("states");
        foreach (var (state, count) in row.States.OrderBy(s => s.Key))
            json.WriteNumber(state.ToString().ToLowerInvariant(), count);

        json.WriteEndObject();
        json.WriteStartObject("seeds");
        foreach (var (seed, value) in row.Seeds.OrderBy(s => s.Key))
            WriteNumber(json, seed.ToString(System.Globalization.CultureInfo.InvariantCulture), value);

        json.WriteEndObject();
        if (table.Behind is { } behind)
        {
            json.WritePropertyName("behind");
            behind.WriteJson(json, row);
        }

        json.WriteEndObject();
    }

    private static void WriteContest(Utf8JsonWriter json, ComparisonTable table, Contest contest)
    {
        json.WriteStartObject();
        json.WriteString("scope", contest.Scope);
        WriteSettings(json, "best", [.. table.By, .. table.Across], [.. contest.Best.By, .. contest.Best.Across]);
        WriteSettings(json, "second", [.. table.By, .. table.Across], [.. contest.Second.By, .. contest.Second.Across]);
        json.WriteBoolean("separated", contest.Separated);
        json.WritePropertyName("versus");
        WriteDifference(json, contest.Difference, contest.AdjustedP);
        json.WriteEndObject();
    }

    private static void WriteSummary(Utf8JsonWriter json, Summary values)
    {
        json.WriteNumber("n", values.N);
        WriteNumber(json, "mean", values.Mean);
        WriteNumber(json, "sd", values.StandardDeviation);
        json.WritePropertyName("ci95");
        JsonRenderer.WriteValue(json, double.IsNaN(values.Low) ? null : new[] { values.Low, values.High });
    }

    private static void WriteDifference(Utf8JsonWriter json, MeanDifference? difference, double adjusted)
    {
        if (difference is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        WriteNumber(json, "difference", difference.Value);
        json.WritePropertyName("ci95");
        JsonRenderer.WriteValue(json, double.IsNaN(difference.Low) ? null : new[] { difference.Low, difference.High });
        json.WriteString("test", difference.Test.ToString().ToLowerInvariant());
        json.WriteNumber("pairs", difference.Pairs);
        WriteSeeds(json, "unpaired", difference.UnpairedFirst);
        WriteSeeds(json, "unpaired_of_other", difference.UnpairedSecond);
        WriteNumber(json, "df", difference.DegreesOfFreedom);
        WriteNumber(json, "p", difference.P);
        if (!double.IsNaN(adjusted))
            json.WriteNumber("p_holm", adjusted);

        json.WritePropertyName("seeds_for_80_percent_power");
        JsonRenderer.WriteValue(json, difference.SeedsNeeded);
        json.WriteEndObject();
    }

    private static void WriteSettings(
        Utf8JsonWriter json, string name, IReadOnlyList<string> paths, IReadOnlyList<SettingValue?> values)
    {
        json.WriteStartObject(name);
        for (var i = 0; i < paths.Count; i++)
        {
            json.WritePropertyName(paths[i]);
            json.WriteRawValue(values[i]?.Json ?? "null");
        }

        json.WriteEndObject();
    }

    private static void WriteSeeds(Utf8JsonWriter json, string name, IReadOnlyList<long> seeds)
    {
        json.WriteStartArray(name);
        foreach (var seed in seeds)
            json.WriteNumberValue(seed);

        json.WriteEndArray();
    }

    private static void WriteNames(Utf8JsonWriter json, string name, IReadOnlyList<string> names)
    {
        json.WriteStartArray(name);
        foreach (var one in names)
            json.WriteStringValue(one);

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        JsonRenderer.WriteNumber(json, value);
    }
}
