namespace VaeSweep.Results.Figures;

/// <summary>Mean and band over the seeds at each place of a curve.</summary>
/// <param name="Mean">NaN where too few of the seeds were measured.</param>
/// <param name="Low">NaN as well where there is one seed alone.</param>
/// <param name="High">As <paramref name="Low"/>.</param>
public sealed record SeedBand(double[] Mean, double[] Low, double[] High)
{
    /// <param name="curves">One a seed; they may end at different places.</param>
    /// <param name="share">Of the seeds that must be measured where the mean is shown: a mean that loses a seed jumps.</param>
    public static SeedBand Over(IReadOnlyList<double[]> curves, Spread spread, double share = 0.5)
    {
        var length = curves.Max(c => c.Length);
        var band = new SeedBand(new double[length], new double[length], new double[length]);
        var values = new List<double>(curves.Count);
        for (var i = 0; i < length; i++)
        {
            values.Clear();
            values.AddRange(curves.Where(c => i < c.Length && double.IsFinite(c[i])).Select(c => c[i]));
            var shown = values.Count > 0 && values.Count >= share * curves.Count;
            (band.Mean[i], band.Low[i], band.High[i]) = shown ? Of(values, spread) : (double.NaN, double.NaN, double.NaN);
        }

        return band;
    }

    public static (double Mean, double Low, double High) Of(IReadOnlyCollection<double> values, Spread spread)
    {
        var summary = Summary.Of(values);
        return spread switch
        {
            Spread.Ci => (summary.Mean, summary.Low, summary.High),
            Spread.Sd => (summary.Mean, summary.Mean - summary.StandardDeviation, summary.Mean + summary.StandardDeviation),
            _ when values.Count > 1 => (summary.Mean, values.Min(), values.Max()),
            _ => (summary.Mean, double.NaN, double.NaN),
        };
    }

    /// <summary>"95 % interval of the mean over seeds (Student's t)".</summary>
    /// <param name="unit">What the values are of: seed, or trial where a line joins several settings.</param>
    public static string Name(Spread spread, string unit = "seed") => spread switch
    {
        Spread.Ci => $"95 % interval of the mean over {unit}s (Student's t)",
        Spread.Sd => $"mean ± one standard deviation over {unit}s",
        _ => $"lowest to highest {unit}",
    };
}
