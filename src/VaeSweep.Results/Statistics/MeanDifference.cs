using MathNet.Numerics.Distributions;

namespace VaeSweep.Results;

/// <summary>How much one group's mean lies above another's.</summary>
/// <param name="Value">First minus second; over the shared seeds where the test is paired. NaN when either has no value.</param>
/// <param name="Low">Lower end of its 95 % confidence interval; NaN without a test.</param>
/// <param name="High">Its upper end.</param>
/// <param name="P">Two-sided; NaN without a test.</param>
/// <param name="Test">Which test.</param>
/// <param name="Pairs">Shared seeds; 0 where the test is not paired.</param>
/// <param name="DegreesOfFreedom">Of the test; NaN without one.</param>
/// <param name="SeedsNeeded">See <see cref="Results.SeedsNeeded"/>; null where nothing says.</param>
public sealed record MeanDifference(
    double Value, double Low, double High, double P, MeanTest Test, int Pairs, double DegreesOfFreedom, int? SeedsNeeded)
{
    /// <summary>Seeds of the first that the paired difference is not over; none where it is not paired.</summary>
    public IReadOnlyList<long> UnpairedFirst { get; init; } = [];

    /// <summary>Those of the second.</summary>
    public IReadOnlyList<long> UnpairedSecond { get; init; } = [];

    /// <summary>Some seed of either is not in a pair, so that the difference is not that of the means.</summary>
    public bool HasUnpaired => UnpairedFirst.Count + UnpairedSecond.Count > 0;

    /// <summary>Compares two rows: over the seeds that both have with all of their settings, where those are two or
    /// more.</summary>
    public static MeanDifference Between(ComparisonRow first, ComparisonRow second)
    {
        var whole = Between(Whole(first), Whole(second));
        if (whole.Pairs < 2)
            return Between(first.Seeds, second.Seeds);

        return whole with { UnpairedFirst = Left(first, second), UnpairedSecond = Left(second, first) };

        static Dictionary<long, double> Whole(ComparisonRow row) =>
            row.Seeds.Where(seed => !row.PartialSeeds.Contains(seed.Key)).ToDictionary(seed => seed.Key, seed => seed.Value);

        static List<long> Left(ComparisonRow of, ComparisonRow other) => [.. of.Seeds.Keys.Where(seed =>
            !other.Seeds.ContainsKey(seed) || of.PartialSeeds.Contains(seed) || other.PartialSeeds.Contains(seed)).Order()];
    }

    /// <summary>Compares two groups of values by seed: paired over the shared seeds where there are two or more, else by Welch's
    /// test.</summary>
    /// <remarks>Student, "The probable error of a mean", Biometrika 6 (1908); Welch, "The generalization of 'Student's' problem
    /// when several different population variances are involved", Biometrika 34 (1947). Seeds fix initialisation, data order and
    /// noise: what two settings share by them cancels in the pairs.</remarks>
    public static MeanDifference Between(IReadOnlyDictionary<long, double> first, IReadOnlyDictionary<long, double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var differences = first.Where(f => second.ContainsKey(f.Key)).OrderBy(f => f.Key).Select(f => f.Value - second[f.Key])
            .ToList();
        return differences.Count < 2 ? Welch(Summary.Of([.. first.Values]), Summary.Of([.. second.Values]))
            : Paired(differences) with
            {
                UnpairedFirst = [.. first.Keys.Where(seed => !second.ContainsKey(seed)).Order()],
                UnpairedSecond = [.. second.Keys.Where(seed => !first.ContainsKey(seed)).Order()],
            };
    }

    private static MeanDifference Paired(List<double> differences)
    {
        var summary = Summary.Of(differences);
        var freedom = summary.N - 1;
        if (!(summary.StandardDeviation > 0))
            return Untested(summary.Mean) with { Pairs = summary.N };

        var t = summary.Mean / (summary.StandardDeviation / Math.Sqrt(summary.N));
        return new(
            summary.Mean, summary.Low, summary.High, TwoSided(t, freedom), MeanTest.Paired, summary.N, freedom,
            Results.SeedsNeeded.Paired(summary.Mean, summary.StandardDeviation));
    }

    private static MeanDifference Welch(Summary first, Summary second)
    {
        var difference = first.Mean - second.Mean;
        var (u, v) = (first.StandardDeviation * first.StandardDeviation / first.N,
            second.StandardDeviation * second.StandardDeviation / second.N);
        // Also when a side has one seed: its deviation is NaN.
        if (!(u + v > 0))
            return Untested(difference);

        var error = Math.Sqrt(u + v);
        var freedom = (u + v) * (u + v) / ((u * u / (first.N - 1)) + (v * v / (second.N - 1)));
        var half = StudentT.InvCDF(0, 1, freedom, 0.975) * error;
        return new(
            difference, difference - half, difference + half, TwoSided(difference / error, freedom), MeanTest.Welch, 0, freedom,
            Results.SeedsNeeded.Independent(difference, first.StandardDeviation, second.StandardDeviation));
    }

    private static MeanDifference Untested(double difference) =>
        new(difference, double.NaN, double.NaN, double.NaN, MeanTest.None, 0, double.NaN, null);

    private static double TwoSided(double t, double freedom) => 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t));
}
