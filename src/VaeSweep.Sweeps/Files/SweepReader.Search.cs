using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

internal sealed partial class SweepReader
{
    private static readonly string[] _searchKeys = ["metric", "startup"];

    // What changes how likely images are, or which images: values of different points could not be compared.
    private static readonly string[] _incomparable =
        ["dataset.", "model.decoder", "model.open_bins", "evaluate."];

    private SearchSettings ReadSearch(SourceNode root, SamplerFacts? method, IReadOnlyList<BlockDraft> chain)
    {
        var usual = SearchSettings.Usual;
        if (method is { Learns: true } && chain.Count > 0)
        {
            Fault(GetKey(root, "chain")!, $"method {method.Name} learns from parameters that all points share; write what "
                + "differs with `when` under parameters, or draw the chain with method random or sobol.");
        }

        if (Get(root, "search") is not { } node)
            return usual;
        if (node.Kind != NodeKind.Map)
        {
            Fault(node, $"search takes a map of {string.Join(", ", _searchKeys)}; found {node.Describe()}.");
            return usual;
        }

        CheckKeys(node, "search", _searchKeys);
        if (method is null && Get(root, "scheduler") is null or { Text: "none" }
            && Get(root, "confirm") is null or { Text: "none" })
        {
            Fault(GetKey(root, "search")!, $"`search` belongs to method {DrawnMethods}, to a scheduler or to confirm; a grid "
                + "alone takes every point.");
        }

        var metric = Get(node, "metric") is { } named ? ReadSearchMetric(named) : usual.Metric;
        return new SearchSettings(metric, (int)ReadWhole(node, "startup", 1, 100_000, usual.Startup));
    }

    private string ReadSearchMetric(SourceNode node)
    {
        var name = ReadMetric(node) ?? SearchSettings.Usual.Metric;
        var metric = MetricList.Find(name);
        var allowed = string.Join(", ", MetricList.Curves.Where(MaySearch).Select(one => one.Name));
        if (metric is null)
            return name;
        if (metric.Split == "test")
        {
            Fault(node, $"search.metric {name} is of test images: what is chosen by them says nothing about new ones. "
                + $"Allowed: {allowed}.");
        }
        else if (!MaySearch(metric))
        {
            var why = metric.Curve is null ? "is not reported with every epoch" : "has no better end";
            Fault(node, $"search.metric {name} {why}. Allowed: {allowed}.");
        }

        return name;
    }

    private static bool MaySearch(Metric metric) =>
        metric is { Curve: not null, Direction: not Direction.None, Kept: false } && metric.Split != "test";

    private void CheckSearch(SourceNode root, SamplerFacts? method, SearchSettings search, IReadOnlyList<SweepBlock> blocks)
    {
        if (method is not { Learns: true })
            return;
        foreach (var path in blocks.SelectMany(block => block.Axes).SelectMany(axis => axis.Paths.Select(path => (axis, path))))
        {
            var name = path.path.Name;
            if (IsIncomparable(name))
            {
                Fault(path.axis.Node, $"{name} varies, and {search.Metric} of its values cannot be compared: they are of "
                    + "different images or likelihoods. Fix it, and search for each value in a sweep of its own.");
            }
            else if (name is "train.epochs" or "train.phases")
            {
                Fault(path.axis.Node, $"{name} varies, and a search compares trials of the same length. Fix it; more epochs than "
                    + "a trial needs are saved by train.early_stopping.");
            }
            else if (search.Metric == "train_objective" && name.StartsWith("objective.", StringComparison.Ordinal))
            {
                Fault(path.axis.Node, $"{name} varies, and it changes what search.metric train_objective means; use "
                    + "valid_elbo.");
            }
        }

        foreach (var block in blocks)
        {
            if (search.Metric.StartsWith("valid_", StringComparison.Ordinal) && HasNoValidation(block))
            {
                Fault(GetKey(root, "search") ?? GetKey(root, "method")!, $"search.metric {search.Metric} needs validation "
                    + "images: set dataset.valid.");
            }
        }
    }

    private static bool HasNoValidation(SweepBlock block)
    {
        var name = block.Fixed[ConfigSchema.At("dataset.name").Index].AsText();
        var valid = block.Fixed[ConfigSchema.At("dataset.valid").Index];
        return valid is { IsNull: false } && valid.AsInt() == 0 && DatasetList.Find(name) is { ValidImages: 0 };
    }
}
