namespace VaeSweep.Sweeps;

public sealed partial record ConfigPath
{
    /// <summary>Reads a value into its canonical form.</summary>
    /// <param name="fault">Told every fault with the node it is in.</param>
    /// <returns>Null when there was a fault.</returns>
    internal ConfigValue? Read(SourceNode node, Action<SourceNode, string> fault)
    {
        if (Nullable && (node.Kind == NodeKind.Null || node is { Kind: NodeKind.Text, Text: "all" }))
            return ConfigValue.Null;

        return Kind switch
        {
            ValueKind.Int => ReadInt(node, node, fault),
            ValueKind.Number => ReadNumber(node, node, fault),
            ValueKind.Bool => node.Kind == NodeKind.Bool ? ConfigValue.Of(node.Flag) : Refuse(node, fault),
            ValueKind.Choice => ReadName(node, fault),
            ValueKind.DatasetName => node.Kind == NodeKind.Text && OwnDataset.IsName(node.Text)
                ? ConfigValue.Of(node.Text) : Refuse(node, fault),
            ValueKind.OwnDataset => ReadOwn(node, fault),
            ValueKind.IntList => ReadItems(node, node, fault, ReadInt),
            ValueKind.IntSet => Sorted(node, ReadItems(node, node, fault, ReadInt, mayBeEmpty: true), fault),
            ValueKind.IntLists => ReadLists(node, fault),
            ValueKind.NameSet => Sorted(node, ReadItems(node, node, fault, (item, _, told) => ReadName(item, told)), fault),
            ValueKind.NumberPair => ReadPair(node, fault),
            ValueKind.Phases => ReadItems(node, node, fault, (item, _, told) => ReadPhase(item, told), mayBeEmpty: true),
            _ => throw new InvalidOperationException($"No reader for {Kind}."),
        };
    }

    private ConfigValue? Refuse(SourceNode node, Action<SourceNode, string> fault)
    {
        fault(node, $"{Name} takes {Expected}; found {node.Describe()}{Hint(node)}.");
        return null;
    }

    private string Hint(SourceNode node)
    {
        if (node.Kind != NodeKind.Text)
            return "";

        if (Kind == ValueKind.Bool)
        {
            return node.Text.ToLowerInvariant() switch
            {
                "yes" or "on" or "true" => "; write true",
                "no" or "off" or "false" => "; write false",
                _ => "",
            };
        }

        return node.Quoted && Kind is ValueKind.Int or ValueKind.Number && SourceNode.LooksLikeNumber(node.Text)
            ? "; leave out the quotes" : "";
    }

    private ConfigValue? ReadOwn(SourceNode node, Action<SourceNode, string> fault)
    {
        if (node.Kind == NodeKind.Null)
            return ConfigValue.Null;

        if (OwnDataset.Read(node) is { } value)
            return value;

        fault(node, $"{Name} takes {Expected}; found {node.Describe()}. Leave it out: the command line fills it in.");
        return null;
    }

    private ConfigValue? ReadInt(SourceNode node, SourceNode whole, Action<SourceNode, string> fault)
    {
        long value;
        if (node.Kind == NodeKind.Int)
            value = node.Int;
        else if (node.Kind == NodeKind.Number && double.IsInteger(node.Number) && Math.Abs(node.Number) < 1e15)
            value = (long)node.Number;
        else
            return Refuse(node, fault);

        return InRange(value) ? ConfigValue.Of(value) : Refuse(node, fault);
    }

    private ConfigValue? ReadNumber(SourceNode node, SourceNode whole, Action<SourceNode, string> fault)
    {
        var value = node.Kind switch
        {
            NodeKind.Int => node.Int,
            NodeKind.Number => node.Number,
            _ => double.NaN,
        };
        return double.IsFinite(value) && InRange(value) ? ConfigValue.Of(value) : Refuse(node, fault);
    }

    private ConfigValue? ReadName(SourceNode node, Action<SourceNode, string> fault)
    {
        if (node.Kind != NodeKind.Text)
        {
            // `none` and `null` differ: a plain null is never a name.
            return Refuse(node, fault);
        }

        if (Allowed.Contains(node.Text) || (Kind == ValueKind.NameSet && MetricList.IsBound(node.Text)))
            return ConfigValue.Of(node.Text);

        var allowed = string.Join(", ", Allowed);
        fault(node, NotYet.Contains(node.Text)
            ? $"{Name}: '{node.Text}' is not available in this version. Allowed: {allowed}."
            : $"{Name} has no '{node.Text}'.{NearestName.Suggest(node.Text, Allowed)} Allowed: {allowed}.");
        return null;
    }

    private ConfigValue? ReadItems(
        SourceNode node, SourceNode whole, Action<SourceNode, string> fault,
        Func<SourceNode, SourceNode, Action<SourceNode, string>, ConfigValue?> read, bool mayBeEmpty = false)
    {
        if (node.Kind != NodeKind.List || (node.Items.Count == 0 && !mayBeEmpty))
            return Refuse(node, fault);

        var items = node.Items.Select(item => read(item, whole, fault)).ToArray();
        return Array.TrueForAll(items, item => item is not null) ? ConfigValue.Of(items!) : null;
    }

    private ConfigValue? Sorted(SourceNode node, ConfigValue? list, Action<SourceNode, string> fault)
    {
        if (list is null)
            return null;

        var items = list.AsList();
        if (items.Distinct().Count() < items.Count)
        {
            var twice = items.GroupBy(item => item).First(group => group.Count() > 1).Key;
            fault(node, $"{Name} names {twice} twice.");
            return null;
        }

        return ConfigValue.Of(Kind == ValueKind.IntSet
            ? items.OrderBy(item => item.AsInt()).ToArray()
            : items.OrderBy(item => item.AsText(), StringComparer.Ordinal).ToArray());
    }

    /// <summary>[200, 200] means the same widths for every layer, and so do equal lists: both become [[200, 200]].</summary>
    private ConfigValue? ReadLists(SourceNode node, Action<SourceNode, string> fault)
    {
        if (node.Kind == NodeKind.List && node.Items.Count > 0 && node.Items.All(item => item.Kind == NodeKind.List))
        {
            var lists = ReadItems(node, node, fault, (item, whole, told) => ReadItems(item, whole, told, ReadInt));
            return lists is null ? null : SameForAll(lists);
        }

        var one = ReadItems(node, node, fault, ReadInt);
        return one is null ? null : ConfigValue.Of([one]);
    }

    internal static ConfigValue SameForAll(ConfigValue lists) =>
        lists.AsList().Distinct().Count() == 1 ? ConfigValue.Of([lists.AsList()[0]]) : lists;

    private ConfigValue? ReadPair(SourceNode node, Action<SourceNode, string> fault)
    {
        if (node.Kind == NodeKind.List && node.Items.Count != 2)
            return Refuse(node, fault);

        return ReadItems(node, node, fault, ReadNumber);
    }

    /// <summary>What is wrong with a value that no sweep file was read for; null when its numbers are within their
    /// range.</summary>
    internal string? OutOfRange(ConfigValue value)
    {
        var numbers = Kind switch
        {
            ValueKind.Int or ValueKind.Number => value.IsNull ? [] : [value],
            ValueKind.IntList => value.AsList(),
            ValueKind.IntLists => value.AsList().SelectMany(list => list.AsList()).ToArray(),
            _ => [],
        };
        var empty = Kind == ValueKind.IntList && numbers.Count == 0;
        return empty || numbers.Any(number => !InRange(number.AsNumber())) ? $"{Name} takes {Expected}; found {value}." : null;
    }

    private bool InRange(double value) => (AboveMin ? value > Min : value >= Min) && (BelowMax ? value < Max : value <= Max);
}
