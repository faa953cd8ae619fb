namespace VaeSweep.Sweeps;

/// <summary>Steps through the points of a block in order, the last axis fastest, in memory that does not grow.</summary>
internal sealed class PointWalker
{
    private readonly IReadOnlyList<Axis> _axes;
    private readonly IReadOnlyList<Condition>[] _filters;
    private readonly int[] _row;
    private readonly int[] _rows;
    private readonly SweepBlock _block;
    private bool _started;

    /// <param name="axes">All axes of the block, or those that <see cref="SweepBlock.Deciding"/> gives; the others stay at fixed
    /// values.</param>
    public PointWalker(SweepBlock block, IReadOnlyList<Axis> axes)
    {
        _block = block;
        _axes = axes;
        _row = new int[axes.Count];
        _rows = new int[axes.Count];
        Values = (ConfigValue[])block.Fixed.Clone();
        FixedFragments = ConfigSchema.Paths.Select(path => ConfigFragment.Of(path, block.Fixed[path.Index])).ToArray();
        Fragments = (ConfigFragment[])FixedFragments.Clone();

        // A filter is asked as soon as the last axis it looks at is placed; entry 0 is before any axis.
        _filters = Enumerable.Range(0, axes.Count + 1)
            .Select(level => (IReadOnlyList<Condition>)block.Filters.Where(filter => LevelOf(filter) == level).ToArray())
            .ToArray();
    }

    public ConfigValue[] Values { get; }
    public ConfigFragment[] Fragments { get; }
    private ConfigFragment[] FixedFragments { get; }

    /// <summary>Goes back to before the first point.</summary>
    public void Reset() => _started = false;

    public bool MoveNext()
    {
        var level = _axes.Count - 1;
        var entering = false;
        if (!_started)
        {
            _started = true;
            if (!Passes(0))
                return false;

            level = 0;
            entering = true;
        }

        if (_axes.Count == 0)
            return entering;

        while (level >= 0)
        {
            if (entering)
            {
                Enter(level);
            }
            else if (++_row[level] < _rows[level])
            {
                Apply(level);
            }
            else
            {
                level--;
                continue;
            }

            entering = false;
            if (!Passes(level + 1))
                continue;

            if (level == _axes.Count - 1)
                return true;

            level++;
            entering = true;
        }

        return false;
    }

    /// <summary>Whether an axis varies at this point.</summary>
    public bool IsActive(Axis axis) => axis.When.All(Holds) && axis.Paths.Any(path => ConfigSchema.IsApplicable(path, Values));

    public bool Holds(Condition condition) =>
        ConfigSchema.IsApplicable(ConfigSchema.Paths[condition.Index], Values) && condition.Accepts(Values[condition.Index]);

    private bool Passes(int level) => _filters[level].Count == 0 || _filters[level].All(Holds);

    private void Enter(int level)
    {
        var axis = _axes[level];
        _row[level] = 0;
        if (axis.DependsOn.Count == 0 || IsActive(axis))
        {
            _rows[level] = axis.Rows.Count;
            Apply(level);
            return;
        }

        _rows[level] = 1;
        foreach (var path in axis.Paths)
        {
            Values[path.Index] = _block.Fixed[path.Index];
            Fragments[path.Index] = FixedFragments[path.Index];
        }
    }

    private void Apply(int level)
    {
        var axis = _axes[level];
        var row = axis.Rows[_row[level]];
        var fragments = axis.Fragments(_row[level]);
        for (var i = 0; i < row.Length; i++)
        {
            var index = axis.Paths[i].Index;
            Values[index] = row[i];
            Fragments[index] = fragments[i];
        }
    }

    private int LevelOf(Condition filter)
    {
        var needed = Axis.Chain(filter.Index).ToArray();
        for (var level = _axes.Count; level > 0; level--)
        {
            if (needed.Any(_axes[level - 1].Has))
                return level;
        }

        return 0;
    }
}
