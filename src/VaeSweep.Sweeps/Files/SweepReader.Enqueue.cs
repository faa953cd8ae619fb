using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

internal sealed partial class SweepReader
{
    private double[][] ReadEnqueue(SourceNode root, SamplerFacts? method, int draws, IReadOnlyList<SweepBlock> blocks)
    {
        if (Get(root, "enqueue") is not { } list)
            return [];
        if (method is null || blocks.Count != 1)
        {
            Fault(GetKey(root, "enqueue")!, method is null
                ? $"`enqueue` belongs to method {DrawnMethods}; a grid has every point."
                : "`enqueue` names points of one block of parameters, and this sweep has a chain of them.");
            return [];
        }

        if (list.Kind != NodeKind.List || list.Items.Exists(item => item.Kind != NodeKind.Map))
        {
            Fault(list, $"enqueue takes a list of maps of paths and values, like [{{ model.latent: 40 }}]; "
                + $"found {list.Describe()}.");
            return [];
        }

        if (list.Items.Count > draws)
            Fault(list, $"enqueue has {list.Items.Count} points, more than `trials: {draws}`.");
        var space = new BlockSpace(blocks[0]);
        return [.. list.Items.Select(item => ReadPoint(item, blocks[0], space))];
    }

    private double[] ReadPoint(SourceNode item, SweepBlock block, BlockSpace space)
    {
        var values = new Dictionary<int, ConfigValue>();
        foreach (var (key, node) in item.Entries)
        {
            if (ReadPath(key) is not { } path)
                continue;
            var (index, _) = TrialConfigJson.Whole(path, path.Default);
            if (!block.Axes.Any(axis => axis.Has(index)))
                Fault(key, $"{key.Text} does not vary in this sweep, so no point of it can have a value of its own.");
            else if (path.Read(node, Fault) is { } value)
                values[index] = TrialConfigJson.Whole(path, value).Value;
        }

        var point = new double[block.Axes.Count];
        for (var i = 0; i < point.Length; i++)
        {
            var given = block.Axes[i].Paths.Where(path => values.ContainsKey(path.Index)).ToList();
            point[i] = given.Count == 0 ? double.NaN : space.PlaceOf(i, values) ?? double.NaN;
            if (given.Count > 0 && double.IsNaN(point[i]))
            {
                var written = string.Join(", ", given.Select(path => $"{path.Name} {values[path.Index]}"));
                Fault(item, $"enqueue: {written} is not among the values that the parameters have.");
            }
        }

        return point;
    }
}
