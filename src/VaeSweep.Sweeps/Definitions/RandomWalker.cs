namespace VaeSweep.Sweeps;

/// <summary>Draws points of a block. Each draw depends on the search's seed, the draw's number and the parameter's name alone, so
/// that more draws or one more parameter change no value that was drawn before.</summary>
internal sealed class RandomWalker(SweepBlock block, long searchSeed)
{
    public ConfigValue[] Values { get; } = (ConfigValue[])block.Fixed.Clone();
    public ConfigFragment[] Fragments { get; } =
        ConfigSchema.Paths.Select(path => ConfigFragment.Of(path, block.Fixed[path.Index])).ToArray();

    /// <summary>Draws a point.</summary>
    /// <param name="attempt">Counts the redraws of one number.</param>
    /// <returns>False when a filter leaves it out.</returns>
    public bool Draw(long number, int attempt)
    {
        foreach (var axis in block.Axes)
        {
            var active = axis.When.All(Holds) && axis.Paths.Any(path => ConfigSchema.IsApplicable(path, Values));
            var unit = Unit(axis.Paths[0].Name, number, attempt);
            if (active && axis.Distribution is { } distribution)
            {
                (var index, var value) = (axis.Paths[0].Index, distribution.Draw(unit));
                Set(index, axis.Paths[0].Kind == ValueKind.IntList ? ConfigValue.Of([value]) : value);
                continue;
            }

            var row = active ? (int)(unit * axis.Rows.Count) : -1;
            for (var i = 0; i < axis.Paths.Count; i++)
                Set(axis.Paths[i].Index, row < 0 ? block.Fixed[axis.Paths[i].Index] : axis.Rows[row][i]);
        }

        return block.Filters.All(Holds);
    }

    private void Set(int index, ConfigValue value)
    {
        Values[index] = value;
        Fragments[index] = ConfigFragment.Of(ConfigSchema.Paths[index], value);
    }

    private bool Holds(Condition condition) =>
        ConfigSchema.IsApplicable(ConfigSchema.Paths[condition.Index], Values) && condition.Accepts(Values[condition.Index]);

    private double Unit(string name, long number, int attempt)
    {
        var state = 0xcbf29ce484222325;
        foreach (var c in name)
            state = (state ^ c) * 0x100000001b3;

        state = Mix(Mix(Mix(state ^ (ulong)searchSeed) + (ulong)number) + (ulong)attempt);
        return (state >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>The finaliser of SplitMix64.</summary>
    private static ulong Mix(ulong z)
    {
        z += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
