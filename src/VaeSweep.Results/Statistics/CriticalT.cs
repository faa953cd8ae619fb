using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;

namespace VaeSweep.Results;

/// <summary>The value that Student's t exceeds in size with 5 % probability.</summary>
/// <remarks>Kept for each number of degrees of freedom: a table has thousands of cells of the same few numbers of seeds, and
/// finding one takes longer than all else of a cell.</remarks>
internal static class CriticalT
{
    private static readonly ConcurrentDictionary<int, double> _known = new();

    public static double TwoSided95(int freedom) => _known.GetOrAdd(freedom, static f => StudentT.InvCDF(0, 1, f, 0.975));
}
