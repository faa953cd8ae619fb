using System.Globalization;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

internal sealed partial class SweepReader
{
    private (string Name, IScheduler Scheduler, ExploreSettings? Explores)? ReadScheduler(
        SourceNode root, SamplerFacts? method, long seed, SearchSettings search, IReadOnlyList<SweepBlock> blocks)
    {
        if (Get(root, "scheduler") is not { } node || node is { Text: "none", Quoted: false })
            return null;
        var names = SchedulerList.All.Select(one => one.Name).ToArray();
        var example = $"{names[0]}: {{ min_epochs: 5 }}";
        if (node is not { Kind: NodeKind.Map, Entries: [var (key, settings)] } || SchedulerList.Find(key.Text) is not { } facts)
        {
            var name = node.Kind == NodeKind.Map && node.Entries.Count > 0 ? node.Entries[0].Key.Text : node.Text;
            Fault(node, SchedulerList.Find(name) is { } known
                ? $"scheduler {name} takes its settings: {{ {name}: {{ {known.Settings[0].Name}: 5 }} }}."
                : $"scheduler takes none, or one of {string.Join(", ", names)} with its settings, like {{ {example} }}; "
                    + $"found {node.Describe()}.{NearestName.Suggest(name, names)}");
            return null;
        }

        if (settings.Kind != NodeKind.Map)
        {
            Fault(settings, $"{facts.Name} takes a map of {string.Join(", ", facts.Settings.Select(one => one.Name))}; "
                + $"found {settings.Describe()}.");
            return null;
        }

        var faultsBefore = _faults.Count;
        CheckKeys(settings, facts.Name, facts.Settings.Select(one => one.Name));
        var first = facts.Settings[0].Name;
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var setting in facts.Settings)
        {
            if (setting.Usual is null && Get(settings, setting.Name) is null)
                Fault(key, $"{facts.Name} needs {setting.Name}: the epochs after which it first looks at a trial.");
            values[setting.Name] = setting.IsWhole
                ? ReadWhole(settings, setting.Name, (long)setting.Least, (long)setting.Most, (long)(setting.Usual ?? 1))
                : ReadPart(settings, setting);
        }

        var lengths = blocks.SelectMany(block => LengthsOf(block)).Distinct().ToList();
        if (lengths.Count > 1)
        {
            Fault(key, $"scheduler {facts.Name} compares trials of one length, and these have "
                + $"{string.Join(" or ", lengths.Take(5))} epochs. Fix train.epochs.");
        }
        else if (lengths.Count == 1 && values[first] >= lengths[0])
        {
            Fault(GetKey(settings, first) ?? key, $"{first} {values[first]} leaves nothing to save of "
                + $"{lengths[0]} epochs: it takes less than train.epochs.");
        }

        var explores = facts.Explores?.Invoke(values);
        if (explores is not null)
            CheckPopulation(root, key, method, search, blocks);

        if (_faults.Count > faultsBefore || lengths.Count == 0)
            return null;
        CheckMetric(key, $"scheduler {facts.Name}", search, blocks);
        WarnOfWarmup(key, first, (int)values[first], blocks);
        return (facts.Name, facts.Make(values, lengths[0], seed), explores);
    }

    private double ReadPart(SourceNode map, SchedulerSetting setting)
    {
        if (Get(map, setting.Name) is not { } node)
            return setting.Usual!.Value;
        var number = node.Kind switch { NodeKind.Int => node.Int, NodeKind.Number => node.Number, _ => double.NaN };
        if (number >= setting.Least && number <= setting.Most)
            return number;
        Fault(node, string.Create(
            CultureInfo.InvariantCulture,
            $"{setting.Name} takes a number from {setting.Least} to {setting.Most}; found {node.Describe()}."));
        return setting.Usual!.Value;
    }

    /// <summary>Members take over each other's weights: nothing may vary that those depend on.</summary>
    private void CheckPopulation(
        SourceNode root, SourceNode key, SamplerFacts? method, SearchSettings search, IReadOnlyList<SweepBlock> blocks)
    {
        if (method is { Learns: true })
        {
            Fault(key, "pbt changes the settings of its population itself, and a method that learns proposes others one by one: "
                + "draw the population with method random or sobol.");
        }

        if (blocks.Count > 1)
            Fault(key, "pbt wants a population that shares its parameters: write them without `chain`.");
        foreach (var (axis, path) in blocks.SelectMany(block => block.Axes)
            .SelectMany(axis => axis.Paths.Select(path => (axis, path))))
        {
            if (!TrialPhases.MayChange(path) || path.Name.StartsWith("train.schedule", StringComparison.Ordinal))
            {
                var may = ConfigSchema.Paths.Where(TrialPhases.MayChange).Select(one => one.Name)
                    .Where(one => !one.StartsWith("train.schedule", StringComparison.Ordinal));
                Fault(axis.Node, $"{path.Name} varies, and pbt copies a model with its weights, which go on only where the "
                    + $"model, its images and its schedule are the same. Fix it. May vary: {string.Join(", ", may)}.");
            }
            else if (search.Metric == "train_objective" && path.Name.StartsWith("objective.", StringComparison.Ordinal))
            {
                Fault(axis.Node, $"{path.Name} varies, and it changes what search.metric train_objective means; use "
                    + "valid_elbo.");
            }
        }

        foreach (var block in blocks)
        {
            var schedule = block.ValuesOf(ConfigSchema.At("train.schedule").Index);
            if (schedule?.Any(one => one.AsText() != "constant") == true)
            {
                Fault(key, "pbt finds a schedule itself, and one of train.schedule would begin anew with every change: leave it "
                    + "constant.");
            }

            if (block.ValuesOf(ConfigSchema.At("train.phases").Index)?.Any(one => one.AsList().Count > 0) == true)
                Fault(key, "pbt writes train.phases itself: leave them out.");
        }
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

    private void WarnOfWarmup(SourceNode key, string setting, int first, IReadOnlyList<SweepBlock> blocks)
    {
        var warmup = ConfigSchema.At("objective.warmup_epochs").Index;
        var longest = blocks.SelectMany(block => block.ValuesOf(warmup)?.Select(one => one.AsInt()) ?? []).DefaultIfEmpty().Max();
        if (longest > first)
        {
            Warn(key, $"{setting} {first} is before the end of objective.warmup_epochs {longest}: trials that warm up for "
                + "longer are compared while their bound is still weighted otherwise.");
        }
    }

    private static bool IsIncomparable(string path) =>
        Array.Exists(_incomparable, one => path.StartsWith(one, StringComparison.Ordinal));
}
