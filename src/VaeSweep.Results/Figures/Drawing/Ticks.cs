using System.Globalization;

namespace VaeSweep.Results.Figures;

/// <summary>Where an axis has its ticks and how they are written.</summary>
internal static class Ticks
{
    /// <summary>At 1, 2 or 5 times a power of ten, about <paramref name="wanted"/> of them, within the range.</summary>
    public static IReadOnlyList<double> Linear(double min, double max, int wanted, bool whole = false)
    {
        var step = Step(max - min, wanted);
        if (whole)
            step = Math.Max(1, Math.Round(step));

        var ticks = new List<double>();
        var slack = 1e-9 * step;
        for (var i = Math.Ceiling((min - slack) / step); i * step <= max + slack; i++)
            ticks.Add(i * step);

        return ticks;
    }

    /// <summary>At powers of ten; at 2 and 5 times them, too, where there are fewer than three; as on any axis where even so
    /// there would be one alone, which says nothing of the scale.</summary>
    public static IReadOnlyList<double> Log(double min, double max)
    {
        var ticks = new List<double>();
        foreach (var factors in new double[][] { [1], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9] })
        {
            ticks.Clear();
            for (var decade = (int)Math.Floor(Math.Log10(min)); decade <= Math.Ceiling(Math.Log10(max)); decade++)
            {
                ticks.AddRange(factors.Select(f => f * Math.Pow(10, decade))
                    .Where(t => t >= min * (1 - 1e-9) && t <= max * (1 + 1e-9)));
            }

            if (ticks.Count >= 3)
                break;
        }

        return ticks.Count > 1 ? ticks : Linear(min, max, 4);
    }

    /// <summary>All with the same number of decimals, and no more than they need.</summary>
    public static IReadOnlyList<string> Texts(IReadOnlyList<double> ticks)
    {
        if (ticks.Count == 0)
            return [];

        var largest = ticks.Max(Math.Abs);
        if (largest is >= 1e6 or (< 1e-3 and > 0))
            return [.. ticks.Select(t => t.ToString("0.###e0", CultureInfo.InvariantCulture))];

        var decimals = 0;
        while (decimals < 6 && ticks.Any(t => Math.Abs(t - Math.Round(t, decimals)) > 1e-9 * Math.Max(1, largest)))
            decimals++;

        return [.. ticks.Select(t => (Math.Abs(t) < 1e-12 ? 0 : t).ToString($"F{decimals}", CultureInfo.InvariantCulture))];
    }

    /// <summary>Each as short as it can be written: 0.001, 0.1, 100.</summary>
    public static string Text(double tick) => Math.Abs(tick) is >= 1e6 or (< 1e-3 and > 0)
        ? tick.ToString("0.###e0", CultureInfo.InvariantCulture)
        : tick.ToString("0.#####", CultureInfo.InvariantCulture);

    private static double Step(double span, int wanted)
    {
        if (!(span > 0))
            return 1;

        var rough = span / Math.Max(1, wanted);
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var factor = rough / power;
        return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }
}
