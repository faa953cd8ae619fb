using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>What the stored definition of a sweep says about its table.</summary>
internal static class StoredSweep
{
    public static SweepDefinition Definition(SweepStatus sweep) =>
        // The text is as it was written; the sweep may have been renamed since.
        SweepFile.Parse(sweep.Definition, $"definition of {sweep.Name}", [$"name=\"{sweep.Name}\""]);

    /// <summary>The table that the definition asks for, with what the command line puts in its place.</summary>
    public static ComparisonRequest Request(SweepDefinition definition, TableWishes? wishes = null) =>
        Request([definition], wishes);

    /// <summary>The table of several sweeps: rows by all that makes the rows of any, everything else as the first asks.</summary>
    public static ComparisonRequest Request(IReadOnlyList<SweepDefinition> definitions, TableWishes? wishes = null)
    {
        wishes ??= new TableWishes();
        var (definition, names) = (definitions[0], new ShortNames(definitions));
        wishes = wishes with { By = names.Paths(wishes.By), Columns = names.PathsOrMetrics(wishes.Columns),
            Baseline = names.Keys(wishes.Baseline), Where = names.Keys(wishes.Where) };
        var columns = wishes.Columns ?? definition.Table.Columns;
        var across = columns.Where(c => (ConfigSchema.Find(c) is not null && MetricList.Find(c) is null)
            || (c == ComparisonTable.SweepColumn && definitions.Count > 1)).ToList();
        var metric = (wishes.Metric ?? definition.Table.Metric) is { } named
            ? MetricCatalog.Get(named) : DefaultMetric(definition);
        // The table's own metric stands in it already.
        var more = columns.Except(across, StringComparer.Ordinal).Select(MetricOrPath).Where(m => m.Name != metric.Name).ToList();
        // What all rows have in common by the conditions is said once, above them.
        var by = wishes.By ?? definitions.SelectMany(one => one.Table.By.Count > 0 ? one.Table.By
                // Of a population, what tells trials apart is the schedule that each came by.
                : one.Explores is null ? one.VaryingPaths : one.VaryingPaths.Append("train.phases")).Distinct()
            .Where(path => wishes.Where?.TryGetValue(path, out var chosen) != true || !new ValueFilter(chosen!).IsSingle
                || wishes.Baseline?.ContainsKey(path) == true);
        return new ComparisonRequest(
            definition.Name, metric, [.. by.Except(across, StringComparer.Ordinal)],
            [.. definitions.SelectMany(one => one.References).DistinctBy(one => (one.Where.ToString(), one.Metric, one.Value))])
        {
            Others = [.. definitions.Skip(1).Select(one => one.Name)],
            Where = wishes.Where ?? new Dictionary<string, string>(StringComparer.Ordinal),
            Top = wishes.Top,
            Search = wishes.Search,
            Across = across,
            More = more,
            // The file's baseline is one of the file's own rows.
            Baseline = wishes.Baseline ?? (wishes is { By: null, Columns: null, Where: null } && definitions.Count == 1
                ? FromFile(definition.Table.Baseline) : null),
            Interval = wishes.Interval,
        };
    }

    private static Metric MetricOrPath(string name) => MetricList.Find(name) ?? throw new CliException(
        "--columns takes configuration paths and metrics; there is no "
            + $"'{name}'.{NearestName.Suggest(name, ConfigSchema.Writable.Concat(MetricList.All.Select(m => m.Name)))}");

    private static Dictionary<string, string>? FromFile(ConfigFilter? baseline) =>
        baseline?.Values.ToDictionary(v => v.Key, v => v.Value.ToString(), StringComparer.Ordinal);

    private static Metric DefaultMetric(SweepDefinition definition)
    {
        var measured = definition.Resolve()
            .First(p => p.Path == "evaluate.metrics").Values.SelectMany(v =>
                v.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries)).ToList();
        return MetricList.Default(measured);
    }
}
