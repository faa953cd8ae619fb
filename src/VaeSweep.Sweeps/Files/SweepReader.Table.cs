namespace VaeSweep.Sweeps;

internal sealed partial class SweepReader
{
    private const int MaxReferences = 1_000;

    private static readonly string[] _tableKeys = ["by", "metric", "columns", "baseline"];
    private static readonly string[] _referenceKeys = ["where", "metric", "value", "source"];

    private TableSpec ReadTable(SourceNode root)
    {
        if (Get(root, "table") is not { } node)
            return TableSpec.Default;

        if (node.Kind != NodeKind.Map)
        {
            Fault(node, $"table takes a map of {string.Join(", ", _tableKeys)}; found {node.Describe()}.");
            return TableSpec.Default;
        }

        CheckKeys(node, "table", _tableKeys);
        return new TableSpec(
            ReadNames(node, "by", [.. ConfigSchema.Writable]),
            Get(node, "metric") is { } metric ? ReadMetric(metric) : null,
            ReadNames(node, "columns", [.. ConfigSchema.Writable, .. MetricList.All.Select(m => m.Name)], bounds: true),
            Get(node, "baseline") is { } baseline ? ReadFilter(baseline, "baseline") : null);
    }

    /// <param name="bounds">The bounds L_K, which are too many for a list, are allowed too.</param>
    private string[] ReadNames(SourceNode map, string key, string[] allowed, bool bounds = false)
    {
        if (Get(map, key) is not { } node)
            return [];

        // A single name may stand without the list around it.
        var names = node.Kind == NodeKind.List ? node.Items : [node];
        foreach (var name in
            names.Where(name => !allowed.Contains(name.Text) && !(bounds && MetricList.IsBound(name.Text))))
        {
            Fault(name, $"{key} names configuration paths; there is no '{name.Text}'.{NearestName.Suggest(name.Text, allowed)}");
        }

        return names.Select(name => name.Text).ToArray();
    }

    private string? ReadMetric(SourceNode node)
    {
        if (MetricList.Find(node.Text) is not null)
            return node.Text;

        // In this order 'nll' is near test_nll first.
        string[] all = [.. MetricList.All.Select(m => m.Name).Order(StringComparer.Ordinal)];
        Fault(
            node, $"there is no metric {(node.Kind == NodeKind.Text ? $"'{node.Text}'" : node.Describe())}."
                + $"{NearestName.Suggest(node.Text, all)} Allowed: {string.Join(", ", all)}.");
        return null;
    }

    private ConfigFilter ReadFilter(SourceNode node, string key)
    {
        var values = new SortedDictionary<string, ConfigValue>(StringComparer.Ordinal);
        if (node.Kind != NodeKind.Map)
        {
            Fault(node, $"{key} takes a map of paths and values, like {{ objective.k: 1 }}; found {node.Describe()}.");
            return new ConfigFilter(values);
        }

        foreach ((var name, var value) in node.Entries)
        {
            if (ReadPath(name) is { } path && Checked(path, value, path.Read(value, Fault)) is { } read)
            {
                (var inTrials, var canonical) = InTrials(path, read);
                values[inTrials] = canonical;
            }
        }

        return new ConfigFilter(values);
    }

    /// <summary>A path and its value as a trial's configuration has them: `model.layers: [20]` is `model.latent: 20`
    /// there.</summary>
    private static (string Path, ConfigValue Value) InTrials(ConfigPath path, ConfigValue value) =>
        path.Name == "model.layers" && value.AsList() is [var single] ? ("model.latent", single) : (path.Name, value);

    /// <summary>Paths as trials have them: `model.layers` is `model.latent` where a trial has one layer.</summary>
    private static string[] InTrials(IEnumerable<string> paths, List<SweepBlock> blocks)
    {
        var layers = ConfigSchema.At("model.layers").Index;
        var shapes = blocks.SelectMany(block => block.ValuesOf(layers) ?? new HashSet<ConfigValue>()).ToArray();
        return paths.SelectMany(path => path != "model.layers" ? [path]
            : shapes.Select(shape => shape.AsList().Count == 1 ? "model.latent" : "model.layers")
            .Distinct(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).ToArray();
    }

    private List<Reference> ReadReferences(SourceNode root)
    {
        var references = new List<Reference>();
        if (Get(root, "reference") is not { } list)
            return references;

        if (list.Kind != NodeKind.List)
        {
            Fault(list, $"reference takes a list of maps with {string.Join(", ", _referenceKeys)}; found {list.Describe()}.");
            return references;
        }

        if (list.Items.Count > MaxReferences)
        {
            Fault(list, $"a sweep has at most {MaxReferences} references; found {list.Items.Count}.");
            return references;
        }

        foreach (var item in list.Items)
        {
            if (item.Kind != NodeKind.Map)
            {
                Fault(item, $"a reference is a map with {string.Join(", ", _referenceKeys)}; found {item.Describe()}.");
                continue;
            }

            CheckKeys(item, "reference", _referenceKeys);
            var missing = new[] { "metric", "value", "source" }.Where(key => Get(item, key) is null).ToArray();
            if (missing.Length > 0)
            {
                Fault(item, $"this reference has no {string.Join(" and no ", missing)}.");
                continue;
            }

            var number = Get(item, "value")!;
            if (number.Kind is not (NodeKind.Int or NodeKind.Number))
                Fault(number, $"value takes a number; found {number.Describe()}.");

            var where = Get(item, "where") is { } filter
                ? ReadFilter(filter, "where") : new ConfigFilter(new Dictionary<string, ConfigValue>(StringComparer.Ordinal));
            var metric = ReadMetric(Get(item, "metric")!);
            references.Add(
                new Reference(where, metric ?? "", number.Kind == NodeKind.Int
                    ? number.Int : number.Number, Get(item, "source")!.Text));
        }

        return references;
    }
}
