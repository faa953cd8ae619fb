using System.Globalization;

namespace VaeSweep.Results;

/// <summary>How the numbers and names of one comparison table are written for people.</summary>
internal sealed class ComparisonText(ComparisonTable table)
{
    /// <summary>Nobody trains more, and more digits would promise what a few seeds cannot tell.</summary>
    public const int MostSeeds = 1000;

    private readonly int _digits = Digits(table.Rows.Select(r => r.Values.StandardDeviation));

    /// <summary>Some cell has a spread.</summary>
    public bool Several { get; } = table.Rows.Any(r => r.Values.N > 1);

    public string Caption
    {
        get
        {
            var explanation = table.Metric.Explanation;
            var chosen = ShortNames([.. table.Where.Keys]).Zip(table.Where.Values, (path, value) => $"{path}={value}").ToList();
            var where = chosen.Count == 0 ? "" : $" with {string.Join(", ", chosen)}";
            return $"{table.Sweeps}: {table.Metric.Name}{(explanation.Length == 0 ? "" : $" ({explanation})")}, {table.Trials} "
                + $"{(table.Trials == 1 ? "trial" : "trials")}{where}";
        }
    }

    /// <summary>`model.decoder` is `decoder` in a heading as long as no other path of the table ends so.</summary>
    public static List<string> ShortNames(IReadOnlyList<string> paths) =>
        [.. paths.Select(path => paths.Count(p => Last(p) == Last(path)) == 1 ? Last(path) : path)];

    /// <summary>"88.50 ± 0.71".</summary>
    public string Mean(Summary values) => values.N > 1
        ? $"{Fixed(values.Mean)} ± {Fixed(values.StandardDeviation)}" : Fixed(values.Mean);

    /// <summary>As <see cref="Mean"/>, with the digits that another metric's own spread asks for.</summary>
    public string Mean(Metric metric, Summary values)
    {
        var digits = Digits(table.Rows.Select(r => r.More[metric.Name].StandardDeviation));
        return values.N > 1 ? $"{Fixed(values.Mean, digits)} ± {Fixed(values.StandardDeviation, digits)}"
            : Fixed(values.Mean, digits);
    }

    /// <summary>Signs of what must be known of a row's mean; footnotes explain them.</summary>
    public static string Marks(ComparisonRow row) => (row.Unbalanced ? " †" : "") + (row.EndedEarly > 0 ? " §" : "");

    public string Interval(Summary values) => values.N > 1 ? $"[{Fixed(values.Low)}, {Fixed(values.High)}]" : "";

    public string Interval(MeanDifference difference) => double.IsNaN(difference.Low)
        ? "" : $"[{Signed(difference.Low)}, {Signed(difference.High)}]";

    /// <summary>"-1.25", "+0.40"; empty when there is no number.</summary>
    public string Signed(double value) =>
        double.IsNaN(value) ? "" : value.ToString(
            $"+0.{new string('0', _digits)};-0.{new string('0', _digits)}", CultureInfo.InvariantCulture);

    /// <summary>"k=5, prior=standard", in short names.</summary>
    public string Name(ComparisonRow row)
    {
        var names = ShortNames([.. table.By, .. table.Across]);
        return string.Join(", ", row.By.Concat(row.Across).Select((value, i) => $"{names[i]}={value?.Text ?? "-"}"));
    }

    /// <summary>As <see cref="Name"/>, with the sign of a row that counts trials which ended early.</summary>
    public string Marked(ComparisonRow row) => row.EndedEarly > 0 ? $"{Name(row)} §" : Name(row);

    /// <summary>"p = 0.031", "p < 0.001".</summary>
    public static string P(double p) => p < 0.001 ? "p < 0.001" : string.Create(CultureInfo.InvariantCulture, $"p = {p:0.000}");

    /// <summary>Stars of a corrected p value.</summary>
    public static string Stars(double p) => p switch { < 0.001 => "***", < 0.01 => "**", < 0.05 => "*", _ => "" };

    /// <summary>"seeds 3 to 9, 12"; of many the first.</summary>
    public static string SeedList(IReadOnlyList<long> seeds)
    {
        const int Most = 8;
        var parts = new List<string>();
        for (var i = 0; i < seeds.Count;)
        {
            var end = i;
            while (end + 1 < seeds.Count && seeds[end + 1] == seeds[end] + 1)
                end++;

            parts.Add(end > i + 1 ? $"{seeds[i]} to {seeds[end]}" : seeds[i].ToString(CultureInfo.InvariantCulture));
            i = end > i + 1 ? end + 1 : i + 1;
        }

        var shown = string.Join(", ", parts.Take(Most));
        return $"{(seeds.Count == 1 ? "seed" : "seeds")} {shown}{(parts.Count > Most ? ", ..." : "")}";
    }

    public static string Seeds(int? needed) => needed switch
    {
        null => "",
        > MostSeeds => "> 1,000",
        _ => needed.Value.ToString(CultureInfo.InvariantCulture),
    };

    private static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];

    private static string Fixed(double value, int digits) => double.IsNaN(value)
        ? "-" : value.ToString("F" + digits, CultureInfo.InvariantCulture);

    private string Fixed(double value) => Fixed(value, _digits);

    // Two digits of the usual spread: more would be noise, fewer would hide it. Not of the smallest: two seeds may agree by
    // chance.
    private static int Digits(IEnumerable<double> deviations)
    {
        var spreads = deviations.Where(d => d > 0 && double.IsFinite(d)).Order().ToList();
        return spreads.Count == 0 ? 2 : Math.Clamp(1 - (int)Math.Floor(Math.Log10(spreads[(spreads.Count - 1) / 2])), 1, 4);
    }
}
