using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

internal sealed partial class SweepReader
{
    /// <summary>Combinations that one rule is checked on before it is left to the trainer.</summary>
    private const int MaxChecked = 2_000_000;

    private List<SweepBlock> Compile(BlockDraft top, IReadOnlyList<BlockDraft> drafts, SamplerFacts? method)
    {
        var blocks = new List<SweepBlock>();
        foreach (var draft in drafts)
        {
            var isTop = ReferenceEquals(draft, top);
            var own = new HashSet<int>(isTop
                ? [] : draft.Fixed.Keys.Concat(draft.Axes.SelectMany(axis => axis.Columns).Select(column => column.Path.Index)));
            var values = ConfigSchema.Paths.Select(path => path.Default).ToArray();
            var places = new Dictionary<int, SourceNode>();
            foreach (var source in isTop ? [top] : new[] { top, draft })
            {
                foreach ((var index, (var value, var node)) in source.Fixed)
                    (values[index], places[index]) = (value, node);
            }

            values[_ownIndex] = OwnOf(values[_nameIndex]);
            List<Axis> axes = [];
            foreach (var axis in isTop ? top.Axes : top.Axes.Where(axis => Inherits(axis, own, draft)).Concat(draft.Axes))
            {
                if (axis.Distribution is not null && method is null)
                {
                    Fault(axis.Node, $"{axis.Columns[0].Written} is drawn from an interval, which needs method {DrawnMethods}; a "
                        + "grid takes values, range or log_range.");
                    continue;
                }

                axis.Columns.ForEach(column => places[column.Path.Index] = column.Node);
                var paths = axis.Columns.ConvertAll(column => column.Path);
                var rows = Enumerable.Range(0, axis.Columns[0].Values.Count)
                    .Select(row => axis.Columns.Select(column => column.Values[row]).ToArray()).ToArray();
                // What a data set is goes with its name.
                if (paths.FindIndex(path => path.Index == _nameIndex) is var at and >= 0)
                {
                    paths.Add(ConfigSchema.Paths[_ownIndex]);
                    rows = Array.ConvertAll(rows, row => (ConfigValue[])[.. row, OwnOf(row[at])]);
                }

                axes.Add(new Axis(paths, rows, axis.Distribution, axis.When, axis.Node));
            }

            try
            {
                blocks.Add(new SweepBlock(values, axes, isTop ? top.When : [.. top.When, .. draft.When], draft.Seeds ?? top.Seeds
                    ?? SeedList.Range(0, 1), places));
            }
            catch (CircularConditionException e)
            {
                Fault(e.Axis.Node, $"the `when` of {e.Axis.Paths[0].Name} waits for itself: its conditions look at parameters "
                    + "whose conditions look at it.");
            }
        }

        return blocks;
    }

    /// <summary>A block of a chain takes over what it does not set itself.</summary>
    private bool Inherits(AxisDraft axis, HashSet<int> own, BlockDraft draft)
    {
        var shared = axis.Columns.Count(column => own.Contains(column.Path.Index));
        if (shared > 0 && shared < axis.Columns.Count)
        {
            Fault(draft.Node, $"this block sets {axis.Columns.First(column => own.Contains(column.Path.Index)).Written}, which "
                + $"is zipped with others in line {axis.Node.Line}; set all of them or none.");
        }

        return shared == 0;
    }

    private void CheckRules(List<SweepBlock> blocks)
    {
        foreach (var block in blocks)
        {
            // A rule about a value that could not be read would only confuse.
            foreach (var rule in
                ConfigRule.All.Where(rule => !rule.Paths.Any(name => _unread.Contains(ConfigSchema.At(name).Index))))
            {
                CheckRule(block, rule);
            }
        }
    }

    private void WarnOfReferences(IReadOnlyList<Reference> references, List<SweepBlock> blocks, SourceNode root)
    {
        foreach (var reference in references)
        {
            bool Meets(SweepBlock block) => reference.Where.Values.All(wanted =>
            {
                (var index, var value) = TrialConfigJson.Whole(ConfigSchema.Find(wanted.Key)!, wanted.Value);
                return block.ValuesOf(index)?.Contains(value) ?? true;
            });

            if (!blocks.Exists(Meets))
                Warn(GetKey(root, "reference")!, $"the reference where {reference.Where} is about no trial of this sweep.");
        }
    }

    private void CheckRule(SweepBlock block, ConfigRule rule)
    {
        var paths = rule.Paths.Select(name => ConfigSchema.At(name).Index).ToArray();
        var place = paths.Where(block.Places.ContainsKey).Select(path => block.Places[path]).OrderBy(node => node.Line)
            .ThenBy(node => node.Column).LastOrDefault()
            ?? new SourceNode { Kind = NodeKind.Null, File = file, Line = 1, Column = 1 };
        IReadOnlyList<Axis> axes = block.Deciding(paths).Select(AtItsEnds).ToArray();
        var walker = new PointWalker(block, axes);
        for (var i = 0; walker.MoveNext(); i++)
        {
            if (i == MaxChecked)
            {
                Warn(place, $"'{rule.Name}' was checked on the first {MaxChecked} combinations only.");
                return;
            }

            if (rule.Check(TrialConfigJson.Build(walker.Values)) is not { } message)
                continue;

            // One example is enough: the others are of the same kind.
            if (rule.Warns)
                Warn(place, message);
            else
                Fault(place, message);

            return;
        }
    }

    /// <summary>An interval is checked at both ends.</summary>
    private static Axis AtItsEnds(Axis axis)
    {
        if (axis.Distribution is not { } interval)
            return axis;

        var ends = new[] { interval.From, interval.To }.Select(ConfigValue.Of)
            .Select(value => axis.Paths[0].Kind == ValueKind.IntList ? ConfigValue.Of([value]) : value)
            .Select(value => new[] { value }).ToArray();
        return new Axis(axis.Paths, ends, distribution: null, axis.When, axis.Node);
    }

    private void WarnOfTheUnused(List<SweepBlock> blocks)
    {
        foreach (var block in blocks)
        {
            foreach ((var index, var place) in block.Places)
            {
                var path = ConfigSchema.Paths[index];
                var axis = block.Axes.FirstOrDefault(candidate => candidate.Has(index));
                var deciding = block.Deciding(axis?.DependsOn ?? Axis.Chain(path.AppliesIndex));
                if (path.Applies is null && axis is not { When.Count: > 0 })
                    continue;

                var walker = new PointWalker(block, deciding.Select(AtItsEnds).ToArray());
                var used = false;
                for (var i = 0; !used && walker.MoveNext(); i++)
                {
                    // What was not found in so many combinations is left unsaid: a warning must be true.
                    used = i == MaxChecked
                        || (ConfigSchema.IsApplicable(path, walker.Values) && (axis is null || axis.When.All(walker.Holds)));
                }

                if (!used)
                {
                    Warn(place, path.Applies is { } condition && (axis is null || axis.When.Count == 0)
                        ? $"{path.Name} changes nothing here: it has a meaning when {condition}."
                        : $"{path.Name} never varies here: its `when` never holds.");
                }
            }
        }
    }
}
