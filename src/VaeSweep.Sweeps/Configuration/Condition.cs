namespace VaeSweep.Sweeps;

/// <summary>Holds when a path has one of some values; for <paramref name="Contains"/>, when its list has one of them as a
/// member.</summary>
public sealed record Condition(string Path, IReadOnlyList<ConfigValue> AnyOf, bool Contains = false)
{
    /// <summary>Place of the path in the schema, looked up once.</summary>
    internal int Index { get; } = -1;

    internal Condition(ConfigPath path, IReadOnlyList<ConfigValue> anyOf)
        : this(path.Name, anyOf)
    {
        Index = path.Index;
    }

    private readonly HashSet<ConfigValue> _anyOf = [.. AnyOf];

    public override string ToString() => $"{Path} {(Contains ? "has" : "is")} {string.Join(" or ", AnyOf)}";

    internal bool Accepts(ConfigValue value) => Contains ? value.AsList().Any(_anyOf.Contains) : _anyOf.Contains(value);
}
