using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

internal sealed partial class SweepReader
{
    private IScheduler? ReadScheduler(SourceNode root, long seed, SearchSettings search, IReadOnlyList<SweepBlock> blocks)
    {
        if (Get(root, "scheduler") is not { } node || node is { Text: "none", Quoted: false })
            return null;
        var names = SchedulerList.All.Select(one => one.Name).ToArray();
        var example = $"{names[0]}: {{ min_epochs: 5 }}";
        if (node is not { Kind: NodeKind.Map, Entries: [var (key, settings)] } || SchedulerList.Find(key.Text) is not { } facts)
        {
            var name = node.Kind == NodeKind.Map && node.Entries.Count > 0 ? node.Entries[0].Key.Text : node.Text;
            Fault(node, names.Contains(name)
                ? $"scheduler {name} takes its settings: {{ {name}: {{ min_epochs: 5 }} }}."
                : name == "pbt" ? $"scheduler pbt is not available in this version. Allowed: none, {string.Join(", ", names)}."
                : $"scheduler takes none, or one of {string.Join(", ", names)} with its settings, like {{ {example} }}; "
                    + $"found {node.Describe()}.{NearestName.Suggest(name, names)}");
            return null;
        }

        if (settings.Kind != NodeKind.Map)
        {
            Fault(settings, $"{facts.Name} takes a map of {string.Join(", ", facts.Settings.Keys)}; "
                + $"found {settings.Describe()}.");
            return null;
        }

        var faultsBefore = _faults.Count;
        CheckKeys(settings, facts.Name, facts.Settings.Keys);
        var values = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, usual) in facts.Settings)
        {
            if (usual is null && Get(settings, name) is null)
                Fault(key, $"{facts.Name} needs {name}: the epochs after which it first looks at a trial.");
            values[name] = (int)ReadWhole(settings, name, name == "reduction" ? 2 : 1, 1_000_000, usual ?? 1);
        }

        var lengths = blocks.SelectMany(block => LengthsOf(block)).Distinct().ToList();
        if (lengths.Count > 1)
        {
            Fault(key, $"scheduler {facts.Name} compares trials of one length, and these have "
                + $"{string.Join(" or ", lengths.Take(5))} epochs. Fix train.epochs.");
        }
        else if (lengths.Count == 1 && values["min_epochs"] >= lengths[0])
        {
            Fault(GetKey(settings, "min_epochs") ?? key, $"min_epochs {values["min_epochs"]} leaves nothing to save of "
                + $"{lengths[0]} epochs: it takes less than train.epochs.");
        }

        if (_faults.Count > faultsBefore || lengths.Count == 0)
            return null;
        CheckMetric(key, $"scheduler {facts.Name}", search, blocks);
        WarnOfWarmup(key, values["min_epochs"], blocks);
        return facts.Make(values, lengths[0], seed);
    }

    private static IEnumerable<int> LengthsOf(SweepBlock block)
    {
        var (epochs, phases) = (ConfigSchema.At("train.epochs").Index, ConfigSchema.At("train.phases").Index);
        foreach (var one in block.ValuesOf(epochs) ?? new HashSet<ConfigValue> { ConfigValue.Of(0), ConfigValue.Of(1) })
        {
            foreach (var other in block.ValuesOf(phases) ?? new HashSet<ConfigValue>())
                yield return TrialPhases.Epochs(one, other);
        }
    }

    private void CheckMetric(SourceNode key, string name, SearchSettings search, IReadOnlyList<SweepBlock> blocks)
    {
        foreach (var axis in blocks.SelectMany(block => block.Axes))
        {
            if (axis.Paths.FirstOrDefault(path => IsIncomparable(path.Name)) is { } path)
            {
                Fault(axis.Node, $"{path.Name} varies, and {name} cannot compare {search.Metric} of its values: "
                    + "they are of different images or likelihoods. Fix it, and write a sweep for each value.");
            }
        }

        if (search.Metric.StartsWith("valid_", StringComparison.Ordinal) && blocks.Any(HasNoValidation))
            Fault(key, $"{name} looks at {search.Metric}, which needs validation images: set dataset.valid.");
    }

    private void WarnOfWarmup(SourceNode key, int first, IReadOnlyList<SweepBlock> blocks)
    {
        var warmup = ConfigSchema.At("objective.warmup_epochs").Index;
        var longest = blocks.SelectMany(block => block.ValuesOf(warmup)?.Select(one => one.AsInt()) ?? []).DefaultIfEmpty().Max();
        if (longest > first)
        {
            Warn(key, $"min_epochs {first} is before the end of objective.warmup_epochs {longest}: trials that warm up for "
                + "longer are compared while their bound is still weighted otherwise.");
        }
    }

    private static bool IsIncomparable(string path) =>
        Array.Exists(_incomparable, one => path.StartsWith(one, StringComparison.Ordinal));
}
