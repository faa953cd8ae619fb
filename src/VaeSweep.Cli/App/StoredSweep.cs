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

    /// <param name="by">From the command line; null: as the definition says.</param>
    /// <param name="metric">From the command line; null: as the definition says.</param>
    public static ComparisonRequest Request(SweepDefinition definition, IReadOnlyList<string>? by = null, string? metric = null)
    {
        by ??= definition.Table.By.Count > 0 ? definition.Table.By : definition.VaryingPaths;
        return new ComparisonRequest(definition.Name, MetricCatalog.Get(metric ?? definition.Table.Metric ?? DefaultMetric(definition)), by, definition.References);
    }

    private static string DefaultMetric(SweepDefinition definition)
    {
        var measured = definition.Resolve().First(p => p.Path == "evaluate.metrics").Values.SelectMany(v => v.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries)).ToList();
        return Preferred.FirstOrDefault(measured.Contains) ?? measured.FirstOrDefault(m => MetricCatalog.Find(m) is not null) ?? "train_elbo";
    }
}
