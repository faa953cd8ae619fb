namespace VaeSweep.Results.Figures;

/// <summary>Takes points out of lines that have more than a screen shows. Of each stretch of a line its first, lowest, highest
/// and last point stay, so that no spike is lost.</summary>
public static class FigureThinning
{
    private const int OfEach = 4;

    /// <param name="most">Points that a line keeps, about; 4 at least.</param>
    /// <returns>The same figure where nothing is too long; else one whose last note says so.</returns>
    public static Figure Thin(Figure figure, int most)
    {
        var longest = figure.Panels.OfType<Chart>().SelectMany(chart => chart.Marks).Select(PointsOf)
            .DefaultIfEmpty().Max();
        if (longest <= most)
            return figure;
        return figure with
        {
            Panels = [.. figure.Panels.Select(panel => panel is Chart chart
                ? chart with { Marks = [.. chart.Marks.Select(mark => Thin(mark, most))] } : panel)],
            Notes = [.. figure.Notes, $"Lines of up to {longest} points are shown by the first, lowest, highest and last of each "
                + $"of {Math.Max(1, most / OfEach)} stretches."],
        };
    }

    /// <summary>Places that are kept of some curves over the same epochs.</summary>
    public static IReadOnlyList<int> Places(IReadOnlyList<IReadOnlyList<double>> curves, int most)
    {
        var length = curves.Max(curve => curve.Count);
        if (length <= most)
            return [.. Enumerable.Range(0, length)];
        var kept = new SortedSet<int>();
        var stretches = Math.Max(1, most / OfEach);
        for (var i = 0; i < stretches; i++)
        {
            var (first, end) = ((int)((long)length * i / stretches), (int)((long)length * (i + 1) / stretches));
            if (first == end)
                continue;
            kept.Add(first);
            kept.Add(end - 1);
            foreach (var curve in curves)
            {
                var (low, high) = (-1, -1);
                for (var place = first; place < Math.Min(end, curve.Count); place++)
                {
                    if (!double.IsFinite(curve[place]))
                        continue;
                    low = low < 0 || curve[place] < curve[low] ? place : low;
                    high = high < 0 || curve[place] > curve[high] ? place : high;
                }

                if (low >= 0)
                    kept.Add(low);
                if (high >= 0)
                    kept.Add(high);
            }
        }

        return [.. kept];
    }

    private static int PointsOf(Mark mark) => mark switch
    {
        LineMark line => line.X.Count,
        BandMark band => band.X.Count,
        _ => 0,
    };

    private static Mark Thin(Mark mark, int most)
    {
        if (PointsOf(mark) <= most)
            return mark;
        switch (mark)
        {
            case LineMark line:
                var places = Places([line.Y], most);
                return line with { X = At(line.X, places), Y = At(line.Y, places) };
            case BandMark band:
                var kept = Places([band.Low, band.High], most);
                return band with { X = At(band.X, kept), Low = At(band.Low, kept), High = At(band.High, kept) };
            default:
                return mark;
        }
    }

    private static IReadOnlyList<double> At(IReadOnlyList<double> values, IReadOnlyList<int> places) =>
        [.. places.Select(place => values[place])];
}
