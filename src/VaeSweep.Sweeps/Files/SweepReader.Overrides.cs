namespace VaeSweep.Sweeps;

/// <summary>A `--set` of a configuration path.</summary>
/// <param name="Block">Only in this block of the chain, from 0; null is everywhere.</param>
internal sealed record PathOverride(SourceNode Key, ConfigPath Path, SourceNode Value, bool Varies, int? Block);

internal sealed partial class SweepReader
{
    /// <summary>Reads a `--set`: those of configuration paths are collected, others replace their place in the file's
    /// tree.</summary>
    private void Override(SourceNode root, string given, List<PathOverride> paths)
    {
        var label = "--set " + given;
        var place = new SourceNode { Kind = NodeKind.Null, File = label };
        var equals = given.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            Fault(place, "takes path=value, like train.epochs=3.");
            return;
        }

        var name = given[..equals].Trim();
        var text = given[(equals + 1)..];
        var value = text.Trim().Length == 0
            ? SourceNode.Scalar("", quoted: false, label, 0, 0)
            : YamlReader.Read(text, label, (_, message) => Fault(place, message));
        if (value is null)
            return;

        value = Placed(value, label);
        int? block = null;
        if (name.Split('.', 3) is ["chain", var number, var rest] && int.TryParse(number, out var found))
            (block, name) = (found, rest);

        var varies = name.StartsWith("parameters.", StringComparison.Ordinal);
        var path = varies ? name["parameters.".Length..] : name;
        // As tables print it; the first names of the file's own blocks are none.
        if (!path.Contains('.', StringComparison.Ordinal) && !_rootKeys.Contains(path)
            && ShortPath.Find(path, []) is { Count: > 0 } meant)
        {
            if (meant.Count > 1)
            {
                Fault(SourceNode.Scalar(path, quoted: false, label, 0, 0), ShortPath.Ambiguous(path, meant));
                return;
            }

            path = meant[0];
        }

        var key = SourceNode.Scalar(path, quoted: false, label, 0, 0);
        if (varies || ConfigSchema.Find(path) is not null)
        {
            if (ReadPath(key) is { } target)
            {
                // A list for a path that takes no lists can only mean that it varies.
                paths.Add(
                    new PathOverride(key, target, value, varies || value.Kind == NodeKind.Map
                        || (value.Kind == NodeKind.List && !target.IsList), block));
            }

            return;
        }

        var first = name.Split('.')[0];
        if (block is null && (name == DataPath || name.StartsWith(DataImport + ".", StringComparison.Ordinal)))
        {
            Replace(root, name.Split('.'), value, label);
        }
        else if (_fixedKeys.Contains(first) || block is not null)
        {
            UnknownPath(key, name, Children(first));
        }
        else if (!_rootKeys.Contains(first) || first is "parameters" or "chain" or "zip")
        {
            var allowed = ConfigSchema.Writable.Concat(_rootKeys);
            Fault(key, $"there is no path '{name}'.{NearestName.Suggest(name, allowed)}");
        }
        else
        {
            Replace(root, name.Split('.'), value, label);
        }
    }

    private static void Replace(SourceNode map, string[] keys, SourceNode value, string label)
    {
        foreach (var part in keys[..^1])
        {
            var inner = Get(map, part);
            if (inner is not { Kind: NodeKind.Map })
            {
                inner = new SourceNode { Kind = NodeKind.Map, File = label };
                map.Entries.RemoveAll(entry => entry.Key.Text == part);
                map.Entries.Add(new(SourceNode.Scalar(part, quoted: false, label, 0, 0), inner));
            }

            map = inner;
        }

        map.Entries.RemoveAll(entry => entry.Key.Text == keys[^1]);
        map.Entries.Add(new(SourceNode.Scalar(keys[^1], quoted: false, label, 0, 0), value));
    }

    private void Apply(PathOverride given, BlockDraft top, List<BlockDraft> chain)
    {
        var index = ConfigSchema.At(given.Path.ShortFor ?? given.Path.Name).Index;
        if (given.Block >= chain.Count || given.Block < 0)
        {
            Fault(given.Key, $"chain.{given.Block} does not "
                + "exist: "
                + $"{(chain.Count == 0 ? "the sweep has no chain" : $"the blocks of the chain are 0 to {chain.Count - 1}")}.");
            return;
        }

        var target = given.Block is { } block ? chain[block] : top;
        if (given.Varies)
        {
            if (ReadParameter(given.Key, given.Path, given.Value) is { } axis)
            {
                RemoveEverywhere();
                target.Axes.Add(axis);
            }
        }
        else if (ReadValue(given.Path, given.Value) is { } value)
        {
            RemoveEverywhere();
            target.Fixed[index] = (TrialConfigJson.Whole(given.Path, value).Value, given.Key);
        }

        void RemoveEverywhere()
        {
            target.Remove(index);
            if (given.Block is not null)
                return;

            chain.ForEach(block => block.Remove(index));
        }
    }

    /// <summary>A value from the command line has no line of the file.</summary>
    private static SourceNode Placed(SourceNode node, string label) => new()
    {
        Kind = node.Kind,
        File = label,
        Text = node.Text,
        Quoted = node.Quoted,
        Flag = node.Flag,
        Int = node.Int,
        Number = node.Number,
        Items = node.Items.ConvertAll(item => Placed(item, label)),
        Entries = node.Entries.ConvertAll(entry => KeyValuePair.Create(Placed(entry.Key, label), Placed(entry.Value, label))),
    };
}
