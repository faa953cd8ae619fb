using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

internal sealed partial class SweepReader
{
    private const int MaxBlocks = 10_000;

    private static readonly string[] _specKeys = ["values", "range", "log_range", "uniform", "log_uniform", "when"];

    private BlockDraft ReadBlock(SourceNode map)
    {
        var draft = new BlockDraft(map);
        foreach ((var key, var value) in map.Entries)
        {
            switch (key.Text)
            {
                case "parameters":
                    ReadParameters(value, draft);
                    break;
                case "zip":
                    ReadZips(value, draft);
                    break;
                case "when":
                    draft.When.AddRange(ReadWhen(value));
                    break;
                case "seeds":
                    draft.Seeds = ReadSeeds(value);
                    break;
                case var name when _fixedKeys.Contains(name):
                    ReadFixed(name, value, draft);
                    break;
            }
        }

        foreach (var column in draft.Axes.Where(axis => axis.When.Count == 0).SelectMany(axis => axis.Columns))
        {
            if (draft.Fixed.TryGetValue(column.Path.Index, out var fix))
                Fault(column.Node, $"{column.Written} varies here but is fixed in line {fix.Node.Line}; leave one of them out.");
        }

        return draft;
    }

    private List<BlockDraft> ReadChain(SourceNode root, SamplerFacts? method)
    {
        var blocks = new List<BlockDraft>();
        if (Get(root, "chain") is not { } list)
            return blocks;

        if (list.Kind != NodeKind.List || list.Items.Count == 0)
        {
            Fault(list, $"chain takes a list of blocks, each with its own {string.Join(", ", _blockKeys)}; "
                + $"found {list.Describe()}.");
            return blocks;
        }

        if (list.Items.Count > MaxBlocks)
        {
            Fault(list, $"a chain has at most {MaxBlocks} blocks; found {list.Items.Count}.");
            return blocks;
        }

        foreach (var item in list.Items)
        {
            if (item.Kind != NodeKind.Map)
            {
                Fault(item, $"a block of chain is a map with {string.Join(", ", _blockKeys)}; found {item.Describe()}.");
                continue;
            }

            CheckKeys(item, "a block of chain", _blockKeys);
            var block = ReadBlock(item);
            blocks.Add(block);
            if (method is not null && GetKey(item, "seeds") is { } seeds)
                Fault(seeds, $"with method {method.Name}, seeds belong to the whole sweep.");
        }

        return blocks;
    }

    private void ReadFixed(string prefix, SourceNode node, BlockDraft draft)
    {
        if (node.Kind != NodeKind.Map)
        {
            Fault(node, $"{prefix} takes a map of {string.Join(", ", Children(prefix))}; found {node.Describe()}.");
            return;
        }

        if (prefix == "dataset")
            ReadDataPath(node, draft);

        foreach ((var key, var value) in node.Entries)
        {
            var name = $"{prefix}.{key.Text}";
            if (name is DataPath or DataImport or DataOwn)
                continue;

            if (ConfigSchema.Find(name) is { } path)
            {
                if (value.Kind == NodeKind.Map && value.Entries.Exists(entry => _specKeys.Contains(entry.Key.Text)))
                {
                    Fault(value, $"{name} is fixed here; what varies is written under parameters.");
                }
                else if (ReadValue(path, value) is { } read)
                {
                    (var index, var whole) = TrialConfigJson.Whole(path, read);
                    if (!draft.Fixed.TryAdd(index, (whole, key)))
                    {
                        Fault(key, $"{name} is {ConfigSchema.Paths[index].Name}, which is given in "
                            + $"line {draft.Fixed[index].Node.Line} already.");
                    }
                }
            }
            else if (Children(name).Length > 0)
            {
                ReadFixed(name, value, draft);
            }
            else
            {
                UnknownPath(key, name, Children(prefix));
            }
        }
    }

    /// <summary>What may follow a prefix: for `train`, epochs, batch_size, optimizer, ...</summary>
    private static string[] Children(string prefix) =>
        ConfigSchema.Writable.Where(name => name.StartsWith(prefix + ".", StringComparison.Ordinal))
            .Select(name => name[(prefix.Length + 1)..].Split('.')[0]).Concat(prefix == "dataset" ? ["path", "import"] : [])
            .Distinct().ToArray();

    private void UnknownPath(SourceNode key, string name, string[] allowed)
    {
        if (ConfigSchema.NotYet.FirstOrDefault(planned =>
            name == planned || name.StartsWith(planned + ".", StringComparison.Ordinal)) is { } later)
        {
            Fault(key, $"{later} is not available in this version. Allowed here: {string.Join(", ", allowed)}.");
            return;
        }

        var written = key.Text;
        var suggestion = NearestName.Suggest(written, allowed) is { Length: > 0 } near
            ? near : NearestName.Suggest(name, ConfigSchema.Writable);
        Fault(key, "there is no path "
            + $"'{name}'.{suggestion}{(allowed.Length == 0 ? "" : $" Allowed here: {string.Join(", ", allowed)}.")}");
    }

    /// <returns>Null when it is no path that may vary.</returns>
    private ConfigPath? ReadPath(SourceNode key)
    {
        if (key.Text is "seed" or "seeds")
        {
            Fault(key, "seeds are an axis of their own: write `seeds: 5` or `seeds: 0..4` at the top of the file.");
            return null;
        }

        if (ConfigSchema.Find(key.Text) is { Kind: not ValueKind.OwnDataset } path)
            return path;

        if (key.Text == DataPath)
        {
            Fault(key, "dataset.path is one data set: add each that is to be compared with `vaesweep data add NAME PATH`, and "
                + "list their names under dataset.name.");
            return null;
        }

        var under = Children(key.Text);
        if (under.Length > 0)
        {
            Fault(key, $"paths are written in full here: {string.Join(", ", under.Select(child => $"{key.Text}.{child}"))}.");
        }
        else if (ConfigSchema.NotYet.FirstOrDefault(planned =>
            key.Text == planned || key.Text.StartsWith(planned + ".", StringComparison.Ordinal)) is { } later)
        {
            Fault(key, $"{later} is not available in this version.");
        }
        else
        {
            var suggestion = NearestName.Suggest(key.Text, ConfigSchema.Writable);
            Fault(key, "there is no path "
                + $"'{key.Text}'."
                + $"{(suggestion.Length > 0 ? suggestion : $" Allowed: {string.Join(", ", ConfigSchema.Writable)}.")}");
        }

        return null;
    }

    private List<Condition> ReadWhen(SourceNode node)
    {
        var conditions = new List<Condition>();
        if (node.Kind != NodeKind.Map || node.Entries.Count == 0)
        {
            Fault(node, "when takes a map of paths and the values they must have, like { model.batch_norm: true }; "
                + $"found {node.Describe()}.");
            return conditions;
        }

        foreach ((var key, var value) in node.Entries)
        {
            if (ReadPath(key) is { } path && ReadOneOrMore(path, value) is { Count: > 0 } values)
                conditions.Add(new Condition(ConfigSchema.At(path.ShortFor ?? path.Name), values));
        }

        return conditions;
    }

    /// <summary>A value, or a list of them.</summary>
    private List<ConfigValue> ReadOneOrMore(ConfigPath path, SourceNode node)
    {
        var many = node.Kind == NodeKind.List
            && (!path.IsList || (path.Kind != ValueKind.IntLists && node.Items.Exists(item => item.Kind == NodeKind.List)));
        IEnumerable<SourceNode> nodes = many ? node.Items : [node];
        return nodes.Select(item => Checked(path, item, path.Read(item, Fault))).OfType<ConfigValue>()
            .Select(value => TrialConfigJson.Whole(path, value).Value).ToList();
    }

    private SeedList ReadSeeds(SourceNode node)
    {
        if (node.Kind == NodeKind.Int && node.Int is >= 1 and <= 10_000_000)
            return SeedList.Range(0, (int)node.Int);

        var ends = node.Text.Split("..");
        if (node.Kind == NodeKind.Text && ends.Length == 2 && long.TryParse(ends[0], out var from)
            && long.TryParse(ends[1], out var to)
            && from >= 0 && from <= to && to - from < 10_000_000 && to < 1L << 53)
        {
            return SeedList.Range(from, (int)(to - from + 1));
        }

        if (node.Kind == NodeKind.List && node.Items.Count > 0)
        {
            var seed = ConfigSchema.At("seed");
            var seeds = node.Items.Select(item => seed.Read(item, Fault)).OfType<ConfigValue>().Select(value => value.AsInt())
                .ToArray();
            if (seeds.Distinct().Count() < seeds.Length)
                Fault(node, $"seeds names {seeds.GroupBy(value => value).First(group => group.Count() > 1).Key} twice.");

            return SeedList.Of(seeds);
        }

        Fault(node, $"seeds takes a count (5), a range (0..4) or a list ([3, 14]); found {node.Describe()}.");
        return SeedList.Range(0, 1);
    }
}
