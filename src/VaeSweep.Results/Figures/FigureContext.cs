using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>What figures are made from.</summary>
/// <param name="Models">Opens trained models; null where none can be opened (a machine without libtorch).</param>
public sealed record FigureContext(
    IStore Store, SweepDefinition Definition, SweepTrials Trials, FigureOptions Options, ITrainedModels? Models = null)
{
    public string Sweep => Definition.Name;

    /// <summary>The paths that tell lines apart: as asked, else as the sweep's table, else all that vary, with every path that
    /// differs at all among them left out that does not.</summary>
    public IReadOnlyList<string> By
    {
        get
        {
            if (Options.By is { } asked)
                return asked;

            var by = Definition.Table.By.Count > 0 ? Definition.Table.By : Definition.VaryingPaths;
            var varying = by.Where(path =>
                path != Options.Facet && Trials.Trials.Select(t => Trials.Setting(t, path)?.Json).Distinct(StringComparer.Ordinal)
                    .Skip(1).Any()).ToList();
            return varying;
        }
    }

    /// <summary>Paths without those that do not vary within any of some parts, which panels tell apart already.</summary>
    internal IReadOnlyList<string> Without(IEnumerable<SweepTrials> parts, IReadOnlyList<string> paths)
    {
        var all = parts.ToList();
        return all.Count < 2 ? paths
            : [.. paths.Where(path => all.Exists(part =>
                part.Trials.Select(t => part.Setting(t, path)?.Json).Distinct(StringComparer.Ordinal).Skip(1).Any()))];
    }

    /// <summary>The metric asked for, else the sweep's table's, else the first that a person would want.</summary>
    /// <exception cref="ResultsException">There is no such metric.</exception>
    public Metric Metric
    {
        get
        {
            if ((Options.Metrics?.Count > 0 ? Options.Metrics[0] : Definition.Table.Metric) is { } named)
                return MetricCatalog.Get(named);

            var measured = Definition.Resolve().First(p => p.Path == "evaluate.metrics").Values
                .SelectMany(v => v.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries)).ToList();
            return MetricList.Default(measured);
        }
    }
}
