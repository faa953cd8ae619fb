using System.Collections.Concurrent;
using System.Numerics;

namespace VaeSweep.Sweeps;

/// <summary>One product of axes over fixed settings: a whole sweep, or one block of its chain.</summary>
internal sealed class SweepBlock
{
    private readonly ConcurrentDictionary<int, IReadOnlySet<ConfigValue>?> _valuesOf = new();

    /// <param name="fixedValues">A value for every path of the schema.</param>
    /// <param name="places">Where each path that the file mentions was written.</param>
    /// <exception cref="CircularConditionException">Conditions of the axes wait for each other.</exception>
    public SweepBlock(
        ConfigValue[] fixedValues, IEnumerable<Axis> axes, IReadOnlyList<Condition> filters, SeedList seeds,
            IReadOnlyDictionary<int, SourceNode> places)
    {
        Fixed = fixedValues;
        Axes = InOrder(axes.ToList());
        Filters = filters;
        Seeds = seeds;
        Places = places;
    }

    public ConfigValue[] Fixed { get; }

    /// <summary>In the file's order, but after what their conditions look at.</summary>
    public IReadOnlyList<Axis> Axes { get; }

    /// <summary>Combinations where one of these does not hold are left out.</summary>
    public IReadOnlyList<Condition> Filters { get; }

    public SeedList Seeds { get; }

    public IReadOnlyDictionary<int, SourceNode> Places { get; }

    public bool IsFinite => Axes.All(axis => axis.Distribution is null);

    /// <summary>Two combinations may be one trial: rows of a zip that differ only in a path that is dropped.</summary>
    public bool MayRepeat => Axes.Any(axis => axis.Paths.Count > 1 && axis.Paths.Any(path => path.Applies is not null));

    /// <summary>The axes that decide the values of some paths, in order; those that filters need are among them.</summary>
    public IReadOnlyList<Axis> Deciding(IEnumerable<int> paths)
    {
        var wanted = new HashSet<int>(paths.Concat(Filters.Select(filter => filter.Index)).SelectMany(Axis.Chain));
        var chosen = new HashSet<Axis>();
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var axis in Axes.Where(axis =>
                !chosen.Contains(axis) && axis.Paths.Any(path => wanted.Contains(path.Index))))
            {
                grew = chosen.Add(axis);
                wanted.UnionWith(axis.DependsOn);
            }
        }

        return Axes.Where(chosen.Contains).ToArray();
    }

    /// <summary>How many points it has for one seed, before equal ones are merged.</summary>
    public BigInteger Points()
    {
        // Only axes that conditions look at are walked; the others multiply.
        var deciding = Deciding(Axes.SelectMany(axis => axis.DependsOn));
        var others = Axes.Except(deciding).ToArray();
        var walker = new PointWalker(this, deciding);
        BigInteger total = 0;
        while (walker.MoveNext())
        {
            BigInteger product = 1;
            foreach (var axis in others)
                product *= walker.IsActive(axis) ? axis.Rows.Count : 1;

            total += product;
        }

        return total;
    }

    /// <summary>Every value a path can have, or null when that cannot be listed.</summary>
    public IReadOnlySet<ConfigValue>? ValuesOf(int path) => _valuesOf.GetOrAdd(path, FindValuesOf);

    private HashSet<ConfigValue>? FindValuesOf(int path)
    {
        var axis = Axes.FirstOrDefault(candidate => candidate.Has(path));
        if (axis?.Distribution is not null)
            return null;

        var values = new HashSet<ConfigValue>();
        if (axis is null || axis.DependsOn.Count > 0)
            values.Add(Fixed[path]);

        if (axis is not null)
        {
            var column = axis.Paths.ToList().FindIndex(candidate => candidate.Index == path);
            values.UnionWith(axis.Rows.Select(row => row[column]));
        }

        return values;
    }

    /// <summary>No trial of one can be a trial of the other, because some path has other values in each.</summary>
    public bool IsApartFrom(SweepBlock other) =>
        !Seeds.Overlaps(other.Seeds)
        || ConfigSchema.Paths.Any(path =>
            path.Applies is null && path.Identity && ValuesOf(path.Index) is { } ours && other.ValuesOf(path.Index) is { } theirs
                && !ours.Overlaps(theirs));

    private static List<Axis> InOrder(List<Axis> axes)
    {
        var placed = new List<Axis>();
        while (axes.Count > 0)
        {
            var next = axes.Find(axis => !axes.Exists(other => other != axis && axis.DependsOn.Any(other.Has)))
                ?? throw new CircularConditionException(axes[0]);
            axes.Remove(next);
            placed.Add(next);
        }

        return placed;
    }
}
