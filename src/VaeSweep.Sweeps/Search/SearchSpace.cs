namespace VaeSweep.Sweeps.Search;

/// <summary>What a search varies. A point has one number for each dimension, NaN where the dimension has no meaning.</summary>
public abstract class SearchSpace
{
    private IReadOnlyList<IReadOnlyList<int>>? _groups;

    /// <summary>In an order in which each comes after those that decide whether it has a meaning.</summary>
    public abstract IReadOnlyList<Dimension> Dimensions { get; }

    /// <summary>Whether a dimension has a meaning, by the ones before it.</summary>
    public abstract bool IsActive(int dimension, ReadOnlySpan<double> point);

    /// <summary>Tells a dimension from the others, whatever their order.</summary>
    public abstract string NameOf(int dimension);

    /// <summary>Equal for dimensions that always have a meaning together.</summary>
    protected virtual string ConditionOf(int dimension) => "";

    /// <summary>Dimensions that always have a meaning together, and are modelled together; each after those that decide
    /// it.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Groups => _groups ??=
    [
        .. Enumerable.Range(0, Dimensions.Count).GroupBy(ConditionOf, StringComparer.Ordinal)
            .OrderBy(group => group.Max()).Select(group => group.ToArray()),
    ];
}
