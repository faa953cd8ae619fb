namespace VaeSweep.Results;

/// <summary>Mean, spread and confidence of the values of one group.</summary>
/// <param name="N">How many values.</param>
/// <param name="Mean">NaN when there is none.</param>
/// <param name="StandardDeviation">Of the sample (divided by n - 1); NaN below two values.</param>
/// <param name="Low">Lower end of the 95 % confidence interval of the mean; NaN below two values.</param>
/// <param name="High">Its upper end.</param>
public sealed record Summary(int N, double Mean, double StandardDeviation, double Low, double High)
{
    /// <summary>Of no values.</summary>
    public static Summary None { get; } = new(0, double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>Summarises values.</summary>
    public static Summary Of(IReadOnlyCollection<double> values, IntervalKind interval = IntervalKind.T)
    {
        var n = values.Count;
        if (n == 0)
            return None;

        var mean = values.Average();
        if (n == 1)
            return new Summary(1, mean, double.NaN, double.NaN, double.NaN);

        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (n - 1));
        if (interval == IntervalKind.Bootstrap)
        {
            var (low, high) = Bootstrap.IntervalOfMean([.. values], 0.95);
            return new Summary(n, mean, deviation, low, high);
        }

        var half = CriticalT.TwoSided95(n - 1) * deviation / Math.Sqrt(n);
        return new Summary(n, mean, deviation, mean - half, mean + half);
    }
}
