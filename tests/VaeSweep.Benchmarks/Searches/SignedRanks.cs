using VaeSweep.Sweeps.Search;

namespace VaeSweep.Benchmarks;

/// <summary>Wilcoxon's test of pairs by the ranks of their differences.</summary>
internal static class SignedRanks
{
    /// <summary>How likely differences so far below zero are where they are as often above it.</summary>
    /// <param name="differences">Those of zero are left out. The sum's law is taken as normal, with equal sizes counted.</param>
    public static double Below(IEnumerable<double> differences)
    {
        var sizes = differences.Where(one => one != 0).OrderBy(Math.Abs).ToList();
        var (above, variance) = (0.0, sizes.Count * (sizes.Count + 1.0) * ((2 * sizes.Count) + 1) / 24);
        for (var i = 0; i < sizes.Count;)
        {
            var equal = sizes.Skip(i).TakeWhile(one => Math.Abs(one) == Math.Abs(sizes[i])).ToList();
            above += equal.Count(one => one > 0) * (i + ((equal.Count + 1) / 2.0));
            variance -= ((double)equal.Count * equal.Count * equal.Count - equal.Count) / 48;
            i += equal.Count;
        }

        var middle = sizes.Count * (sizes.Count + 1) / 4.0;
        return variance == 0 ? 1 : NormalLaw.Below((above + 0.5 - middle) / Math.Sqrt(variance));
    }
}
