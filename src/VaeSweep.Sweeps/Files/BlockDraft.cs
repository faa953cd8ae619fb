namespace VaeSweep.Sweeps;

/// <summary>A block as the file has it, before overrides and the block above it are put in.</summary>
internal sealed class BlockDraft(SourceNode node)
{
    public SourceNode Node { get; } = node;
    public Dictionary<int, (ConfigValue Value, SourceNode Node)> Fixed { get; } = [];
    public List<AxisDraft> Axes { get; } = [];
    public List<Condition> When { get; } = [];

    /// <summary>Null: those of the sweep.</summary>
    public SeedList? Seeds { get; set; }

    /// <summary>Takes a path out, wherever it is set or varies.</summary>
    public void Remove(int path)
    {
        Fixed.Remove(path);
        foreach (var axis in Axes)
            axis.Columns.RemoveAll(column => column.Path.Index == path);

        Axes.RemoveAll(axis => axis.Columns.Count == 0);
    }
}

/// <summary>A parameter, or the lists of a zip.</summary>
internal sealed class AxisDraft(SourceNode node)
{
    public SourceNode Node { get; } = node;
    public List<ColumnDraft> Columns { get; } = [];
    public List<Condition> When { get; } = [];
    public Distribution? Distribution { get; set; }
}

/// <summary>One path of an axis with its values.</summary>
/// <param name="Written">The path as the file has it, which may be short for another.</param>
internal sealed record ColumnDraft(ConfigPath Path, string Written, SourceNode Node, IReadOnlyList<ConfigValue> Values);
