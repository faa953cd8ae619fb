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

    /// <summary>The curve of each seed: its mean over the settings that a line joins, place by place.</summary>
    public static IReadOnlyList<double[]> Seeds(IEnumerable<FigureTrial> trials, IEnumerable<double[]> curves) =>
    [
        .. trials.Zip(curves).GroupBy(one => one.First.Seed).Select(seed => seed.Select(one => one.Second).ToList())
            .Select(own => own.Count == 1
            ? own[0]
            : [.. Enumerable.Range(0, own.Max(c => c.Length))
                .Select(i => own.Where(c => i < c.Length && double.IsFinite(c[i])).Select(c => c[i]).DefaultIfEmpty(double.NaN)
                    .Average())]),
    ];

    /// <summary>Each seed's mean over its values: seeds are the unit, however many settings a point joins.</summary>
    public static IReadOnlyList<double> Seeds(IEnumerable<(long Seed, double Value)> values) =>
        [.. values.GroupBy(v => v.Seed).OrderBy(g => g.Key).Select(g => g.Average(v => v.Value))];

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
    public static string Name(Spread spread) => spread switch
    {
        Spread.Ci => "95 % interval of the mean over seeds (Student's t)",
        Spread.Sd => "mean ± one standard deviation over seeds",
        _ => "lowest to highest seed",
    };

    /// <summary>What a reader must know where a value joins settings; nothing where none does.</summary>
    public static IEnumerable<string> Joined(int settings, string of) =>
        settings > 1
            ? [$"A seed's value is its mean over the settings that a {of} joins (up to {settings}); --by shows them apart."] : [];
}
