using System.Numerics;
using System.Text.RegularExpressions;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

/// <summary>Turns a sweep file into a definition, collecting every fault on the way. For one file.</summary>
internal sealed partial class SweepReader(string file, IReadOnlyList<DatasetFacts> carried, IOwnData? data)
{
    private const long MaxTrials = 1_000_000_000;
    private const int MaxFaults = 500;

    private static readonly string[] _fixedKeys = ["dataset", "model", "objective", "train", "evaluate"];
    private static readonly string[] _blockKeys = [.. _fixedKeys, "parameters", "zip", "when", "seeds"];
    private static readonly string[] _rootKeys =
    [
        "name", "description", .. _fixedKeys, "method", "trials", "search_seed", "search", "enqueue", "confirm", "parameters",
        "zip", "chain", "when", "seeds",
        "scheduler", "table",
        "reference", "max_attempts", "max_concurrent", "pack", "priority", "order",
    ];

    private readonly List<SweepFault> _faults = [];
    private readonly List<SweepFault> _warnings = [];

    /// <summary>Paths with a value that was refused.</summary>
    private readonly HashSet<int> _unread = [];

    /// <param name="kept">What <see cref="SweepDefinition.Text"/> is to be, given the data sets that had to be looked up.</param>
    public SweepDefinition Read(
        string text, IReadOnlyList<string> overrides, Func<IReadOnlyList<DatasetFacts>, string> kept)
    {
        var root = YamlReader.Read(text, file, Fault);
        if (root is { Kind: not NodeKind.Map })
            Fault(root, $"a sweep file is a map of settings, like `name: my-sweep`; found {root.Describe()}.");

        if (root is not { Kind: NodeKind.Map })
            throw new SweepFileException(InOrder(_faults));

        List<PathOverride> pathOverrides = [];
        foreach (var given in overrides)
            Override(root, given, pathOverrides);

        CheckKeys(root, "", _rootKeys);
        var name = ReadName(root);
        var method = ReadMethod(root);
        var draws = (int)ReadWhole(root, "trials", method is not null ? 1 : 0, 10_000_000, 0);
        var searchSeed = ReadWhole(root, "search_seed", 0, long.MaxValue, 0);
        if (method is not null && Get(root, "trials") is null)
            Fault(GetKey(root, "method")!, $"method {method.Name} needs `trials`: how many points to draw.");
        else if (method is null && GetKey(root, "trials") is { } trials)
            Fault(trials, $"`trials` belongs to method {DrawnMethods}; a grid has as many as its parameters make.");

        var order = ReadOrder(root, method);
        var top = ReadBlock(root);
        var chain = ReadChain(root, method);
        pathOverrides.ForEach(given => Apply(given, top, chain));
        var search = ReadSearch(root, method, chain);
        var table = ReadTable(root);
        IReadOnlyList<Reference> references = ReadReferences(root);
        var maxAttempts = (int)ReadWhole(root, "max_attempts", 1, 1000, 3);
        var priority = (int)ReadWhole(root, "priority", -1000, 1000, 0);
        int? maxConcurrent = GetKey(root, "max_concurrent") is null
            ? null : (int)ReadWhole(root, "max_concurrent", 1, 1_000_000, 1);
        int? pack = Get(root, "pack") is { Text: "auto" } ? null : GetKey(root, "pack") is null
            ? null : (int)ReadWhole(root, "pack", 1, 65_536, 1);
        var description = Get(root, "description") is { Kind: not (NodeKind.List or NodeKind.Map) } words ? words.Text : "";

        IReadOnlyList<BlockDraft> drafts = chain.Count > 0 ? chain : [top];
        var blocks = Compile(top, drafts, method);
        CheckRules(blocks);
        CheckSearch(root, method, search, blocks);
        var enqueued = ReadEnqueue(root, method, draws, blocks);
        var scheduler = ReadScheduler(root, method, searchSeed, search, blocks);
        var confirm = ReadConfirm(root, search, blocks);
        ThrowIfFaulty();
        CheckSize(blocks, method, root);
        WarnOfTheUnused(blocks);
        WarnOfReferences(references, blocks, root);
        ThrowIfFaulty();
        return new SweepDefinition(blocks)
        {
            Name = name,
            Description = description,
            Text = kept([.. _own.Values.Where(facts => !carried.Contains(facts))]),
            OwnData = [.. _own.Values],
            Method = method,
            Order = order,
            Draws = draws,
            SearchSeed = searchSeed,
            Search = search,
            Scheduler = scheduler?.Scheduler,
            SchedulerName = scheduler?.Name,
            Explores = scheduler?.Explores,
            Confirm = confirm,
            Enqueued = enqueued,
            MaxAttempts = maxAttempts,
            MaxConcurrent = maxConcurrent,
            Pack = pack,
            Priority = priority,
            Table = table with { By = InTrials(table.By, blocks), Columns = InTrials(table.Columns, blocks) },
            References = references,
            Warnings = InOrder(_warnings),
            VaryingPaths = InTrials(Varying(top, drafts, blocks), blocks),
        };
    }

    /// <summary>Paths with more than one value, in the file's order, then those that only the blocks of a chain tell
    /// apart.</summary>
    private static IEnumerable<string> Varying(BlockDraft top, IReadOnlyList<BlockDraft> drafts, List<SweepBlock> blocks)
    {
        var written = drafts.Prepend(top).Distinct().SelectMany(draft => draft.Axes).SelectMany(axis => axis.Columns)
            .DistinctBy(column => column.Path.Index)
            .ToDictionary(column => column.Path.Index, column => column.Written);
        return written.Keys.Concat(blocks.SelectMany(block => block.Places.Keys)).Distinct().Where(Varies)
            .Select(index => written.GetValueOrDefault(index, ConfigSchema.Paths[index].Name));

        bool Varies(int index)
        {
            var values = blocks.Select(block => block.ValuesOf(index)).ToArray();
            return values.Contains(null) || values.SelectMany(set => set!).Distinct().Skip(1).Any();
        }
    }

    private void Fault(SourceNode node, string message)
    {
        _faults.Add(new(node.File, node.Line, node.Column, message));

        // Nobody mends more at a time, and each is compared with every name that there is.
        if (_faults.Count == MaxFaults)
            throw new SweepFileException(InOrder(_faults));
    }

    private void Warn(SourceNode node, string message) => _warnings.Add(new(node.File, node.Line, node.Column, message));

    private void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
            throw new SweepFileException(InOrder(_faults));
    }

    private static SweepFault[] InOrder(IEnumerable<SweepFault> faults) =>
        faults.Distinct().OrderBy(fault => fault.Line == 0).ThenBy(fault => fault.Line).ThenBy(fault => fault.Column).ToArray();

    private void CheckKeys(SourceNode map, string where, IEnumerable<string> allowed)
    {
        foreach ((var key, _) in map.Entries)
        {
            if (allowed.Contains(key.Text))
                continue;

            var place = where.Length == 0 ? "" : $" in {where}";
            var hint = key.Text == "seed" ? " Did you mean 'seeds'? It takes a count (5), a range (0..4) or a list ([3, 14])."
                : where.Length == 0 && ConfigSchema.Find(key.Text) is not null
                ? " To fix it for all trials write it in its block "
                + $"({key.Text[..key.Text.IndexOf('.', StringComparison.Ordinal)]}: ...); to vary it, under parameters."
                : NearestName.Suggest(key.Text, allowed);
            Fault(key, $"unknown key '{key.Text}'{place}.{hint} Allowed: {string.Join(", ", allowed)}.");
        }
    }

    private ConfigValue? ReadValue(ConfigPath path, SourceNode node)
    {
        var value = Checked(path, node, path.Read(node, Fault));
        if (value is null)
            _unread.Add(ConfigSchema.At(path.ShortFor ?? path.Name).Index);

        return value;
    }

    private static SourceNode? Get(SourceNode map, string key) => map.Entries.Find(entry => entry.Key.Text == key).Value;

    private static SourceNode? GetKey(SourceNode map, string key) => map.Entries.Find(entry => entry.Key.Text == key).Key;

    public const string NameRule = "up to 100 letters, digits, '.', '_' and '-', beginning with a letter or digit";

    public static bool IsName(string text) => NamePattern().IsMatch(text);

    private string ReadName(SourceNode root)
    {
        if (Get(root, "name") is not { } node)
        {
            Fault(new SourceNode { Kind = NodeKind.Null, File = file, Line = 1, Column = 1 },
                "the sweep has no name; write `name: my-sweep`.");
            return "";
        }

        if (node.Kind is NodeKind.List or NodeKind.Map or NodeKind.Null || !IsName(node.Text))
        {
            Fault(node, $"name takes {NameRule}; found {node.Describe()}.");
        }

        return node.Text;
    }

    /// <returns>Null for a grid.</returns>
    private SamplerFacts? ReadMethod(SourceNode root)
    {
        var node = Get(root, "method");
        string[] names = ["grid", .. SamplerList.All.Select(one => one.Name)];
        if (node is not null && !(node.Kind == NodeKind.Text && names.Contains(node.Text)))
        {
            Fault(node, $"method takes {string.Join(", ", names[..^1])} or {names[^1]}; "
                + $"found {node.Describe()}.{NearestName.Suggest(node.Text, names)}");
        }

        return node?.Text is { } name ? SamplerList.Find(name) : null;
    }

    private static string DrawnMethods =>
        $"{string.Join(", ", SamplerList.All.SkipLast(1).Select(one => one.Name))} or {SamplerList.All[^1].Name}";

    private SweepOrder ReadOrder(SourceNode root, SamplerFacts? method)
    {
        switch (Get(root, "order"))
        {
            case null or { Kind: NodeKind.Text, Text: "written" }:
                return SweepOrder.Written;
            case { Kind: NodeKind.Text, Text: "shuffled" } shuffled:
                if (method is not null)
                {
                    Warn(shuffled, $"method {method.Name} draws its points in an order of its own; `order` changes nothing.");
                    return SweepOrder.Written;
                }

                return SweepOrder.Shuffled;
            case var other:
                Fault(other, $"order takes written or shuffled; found {other.Describe()}."
                    + NearestName.Suggest(other.Text, ["written", "shuffled"]));
                return SweepOrder.Written;
        }
    }

    private long ReadWhole(SourceNode map, string key, long min, long max, long otherwise)
    {
        if (Get(map, key) is not { } node)
            return otherwise;

        if (node.Kind == NodeKind.Int && node.Int >= min && node.Int <= max)
            return node.Int;

        Fault(node, $"{key} takes a whole number, at least {min}{(max == long.MaxValue ? "" : $" and at most {max}")}; "
            + $"found {node.Describe()}.");
        return otherwise;
    }

    private void CheckSize(List<SweepBlock> blocks, SamplerFacts? method, SourceNode root)
    {
        if (method is not null)
            return;

        var trials = blocks.Aggregate(BigInteger.Zero, (sum, block) => sum + (block.Points() * block.Seeds.Count));
        if (trials > MaxTrials)
        {
            Fault(GetKey(root, "parameters") ?? GetKey(root, "chain")
                ?? root, $"{trials} trials; a sweep has at most {MaxTrials}.");
        }
        else if (trials == 0)
        {
            Fault(GetKey(root, "when") ?? GetKey(root, "chain")
                ?? root, "no combination satisfies every `when`, so there are no trials.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePattern();
}
