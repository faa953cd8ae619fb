using System.Globalization;

namespace VaeSweep.Sweeps.Search;

/// <summary>A space without conditions, or with some that are told as a function.</summary>
/// <param name="conditionOf">Names each dimension's condition; null where there are none.</param>
/// <param name="isActive">Whether a dimension has a meaning, by the values before it.</param>
public sealed class BoxSpace(
    IReadOnlyList<Dimension> dimensions, Func<int, string>? conditionOf = null, Func<int, double[], bool>? isActive = null)
    : SearchSpace
{
    public override IReadOnlyList<Dimension> Dimensions => dimensions;

    public override string NameOf(int dimension) => string.Create(CultureInfo.InvariantCulture, $"x{dimension}");

    public override bool IsActive(int dimension, ReadOnlySpan<double> point) =>
        isActive is null || isActive(dimension, point.ToArray());

    protected override string ConditionOf(int dimension) => conditionOf is null ? "" : conditionOf(dimension);
}
