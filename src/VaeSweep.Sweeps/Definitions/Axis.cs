namespace VaeSweep.Sweeps;

/// <summary>What varies together: one parameter, or the lists of one zip.</summary>
internal sealed class Axis
{
    private readonly Lazy<ConfigFragment[][]> _fragments;

    public Axis(IReadOnlyList<ConfigPath> paths, IReadOnlyList<ConfigValue[]> rows, Distribution? distribution,
        IReadOnlyList<Condition> when, SourceNode node)
    {
        Paths = paths;
        Rows = rows;
        Distribution = distribution;
        When = when;
        Node = node;
        _fragments = new(() => Rows.Select(row => row.Select((value, i) => ConfigFragment.Of(Paths[i], value)).ToArray())
            .ToArray());
        DependsOn = When.Select(condition => condition.Index).Concat(Paths.Select(path => path.AppliesIndex)).SelectMany(Chain)
            .Distinct().ToArray();
    }

    public IReadOnlyList<ConfigPath> Paths { get; }

    /// <summary>One value for each path; empty when drawn from <see cref="Distribution"/>.</summary>
    public IReadOnlyList<ConfigValue[]> Rows { get; }

    public Distribution? Distribution { get; }

    /// <summary>All must hold, or the paths keep the block's fixed values.</summary>
    public IReadOnlyList<Condition> When { get; }

    public SourceNode Node { get; }

    /// <summary>Paths that decide whether it varies at all.</summary>
    public IReadOnlyList<int> DependsOn { get; }

    public ConfigFragment[] Fragments(int row) => _fragments.Value[row];

    public bool Has(int pathIndex) => Paths.Any(path => path.Index == pathIndex);

    /// <summary>A path and those that decide whether it applies.</summary>
    public static IEnumerable<int> Chain(int pathIndex)
    {
        for (var index = pathIndex; index >= 0; index = ConfigSchema.Paths[index].AppliesIndex)
            yield return index;
    }
}
