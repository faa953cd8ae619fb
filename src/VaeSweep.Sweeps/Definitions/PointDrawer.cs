using VaeSweep.Sweeps.Search;

namespace VaeSweep.Sweeps;

/// <summary>Turns points that a sampler draws into values of a block.</summary>
internal sealed class PointDrawer(SweepBlock block, ISampler sampler)
{
    public BlockSpace Space { get; } = new(block);

    /// <summary>The one that was drawn last.</summary>
    public double[] Point { get; private set; } = [];

    public ConfigValue[] Values { get; } = (ConfigValue[])block.Fixed.Clone();
    public ConfigFragment[] Fragments { get; } =
        ConfigSchema.Paths.Select(path => ConfigFragment.Of(path, block.Fixed[path.Index])).ToArray();

    /// <summary>Draws a point.</summary>
    /// <param name="attempt">Counts the redraws of one number.</param>
    /// <returns>False when a filter leaves it out.</returns>
    public bool Draw(long number, int attempt) => Draw([], number, attempt);

    /// <summary>As the other one, by what was found.</summary>
    public bool Draw(IReadOnlyList<Observation> history, long number, int attempt) =>
        Place(Point = sampler.Next(Space, history, number, attempt));

    /// <summary>Sets the values of a point.</summary>
    /// <returns>False when a filter leaves it out.</returns>
    private bool Place(ReadOnlySpan<double> point)
    {
        for (var i = 0; i < block.Axes.Count; i++)
        {
            var axis = block.Axes[i];
            var values = double.IsNaN(point[i]) ? null : Space.ValuesAt(i, point[i]);
            for (var column = 0; column < axis.Paths.Count; column++)
                Set(axis.Paths[column].Index, values is null ? block.Fixed[axis.Paths[column].Index] : values[column]);
        }

        return block.Filters.All(Holds);
    }

    private void Set(int index, ConfigValue value)
    {
        Values[index] = value;
        Fragments[index] = ConfigFragment.Of(ConfigSchema.Paths[index], value);
    }

    private bool Holds(Condition condition) => BlockSpace.Holds(condition, Values);
}
