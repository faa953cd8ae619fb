using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>What the stored definition of a sweep says about its table.</summary>
internal static class StoredSweep
{
    // What a person wants to see first of a sweep that names no metric for its table.
    private static readonly string[] Preferred = ["test_nll", "test_elbo", "valid_nll", "valid_elbo", "train_nll", "train_elbo"];

    public static SweepDefinition Definition(SweepStatus sweep) => SweepFile.Parse(sweep.Definition, $"definition of {sweep.Name}");

    /// <summary>The table that the definition asks for, with what the command line puts in its place.</summary>
    public static ComparisonRequest Request(SweepDefinition definition, TableWishes? wishes = null)
    {
        wishes ??= new TableWishes();
        var columns = wishes.Columns ?? definition.Table.Columns;
        var across = columns.Where(c => ConfigSchema.Find(c) is not null).ToList();
        var metric = MetricCatalog.Get(wishes.Metric ?? definition.Table.Metric ?? DefaultMetric(definition));
        // The table's own metric stands in it already.
        var more = columns.Except(across, StringComparer.Ordinal).Select(MetricOrPath).Where(m => m.Name != metric.Name).ToList();
        var by = wishes.By ?? (definition.Table.By.Count > 0 ? definition.Table.By : definition.VaryingPaths);
        return new ComparisonRequest(
            definition.Name, metric, [.. by.Except(across, StringComparer.Ordinal)], definition.References)
        {
            Across = across,
            More = more,
            Baseline = wishes.Baseline ?? (wishes.By is null && wishes.Columns is null ? FromFile(definition.Table.Baseline) : null),
            Interval = wishes.Interval,
        };
    }

    private static Metric MetricOrPath(string name) => MetricCatalog.Find(name) ?? throw new CliException(
        $"--columns takes configuration paths and metrics; there is no '{name}'.{NearestName.Suggest(name, ConfigSchema.Writable.Concat(MetricCatalog.All.Select(m => m.Name)))}");

    private static Dictionary<string, string>? FromFile(ConfigFilter? baseline) =>
        baseline?.Values.ToDictionary(v => v.Key, v => v.Value.ToString(), StringComparer.Ordinal);

    private static string DefaultMetric(SweepDefinition definition)
    {
        var measured = definition.Resolve().First(p => p.Path == "evaluate.metrics").Values.SelectMany(v => v.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries)).ToList();
        return Preferred.FirstOrDefault(measured.Contains) ?? measured.FirstOrDefault(m => MetricCatalog.Find(m) is not null) ?? "train_elbo";
    }
}
