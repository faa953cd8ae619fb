namespace VaeSweep.Sweeps.Search;

/// <summary>Points out of numbers in [0, 1).</summary>
internal static class Units
{
    /// <param name="unit">Of a dimension; asked for each, whether it has a meaning or not, so that a point's numbers stay its
    /// own.</param>
    public static double[] Point(SearchSpace space, Func<int, double> unit)
    {
        var point = new double[space.Dimensions.Count];
        for (var i = 0; i < point.Length; i++)
        {
            var drawn = unit(i);
            point[i] = space.IsActive(i, point.AsSpan(0, i)) ? space.Dimensions[i].At(drawn) : double.NaN;
        }

        return point;
    }
}
