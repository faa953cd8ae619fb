namespace VaeSweep.Sweeps.Search;

/// <summary>Ends a point whose best value so far is worse than the median of the others' averages up to there.</summary>
/// <remarks>Golovin and others 2017 (Vizier). All that have come so far count, so that survivors do not make it ever
/// stricter.</remarks>
public sealed class MedianScheduler : IScheduler
{
    private const int FewestOthers = 3;

    private readonly int[] _looks;
    private readonly int _epochs;

    /// <param name="first">Epochs before the first look.</param>
    /// <param name="every">Epochs between two looks.</param>
    public MedianScheduler(int first, int every, int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        _epochs = epochs;
        var looks = new List<int>();
        for (long look = first; look < epochs; look += every)
            looks.Add((int)look);
        _looks = [.. looks, epochs];
    }

    public int FirstBudget => _looks[0];

    public IReadOnlyList<Decision> Decide(IReadOnlyList<RungPoint> points, int room, bool mayGrow)
    {
        ArgumentNullException.ThrowIfNull(points);
        var decisions = new List<Decision>();
        var sent = 0;
        foreach (var point in points.Where(point => point.Stands == PointStand.Waits))
        {
            var at = point.Budget;
            var others = points.Where(one => one.Number != point.Number && double.IsFinite(one.ValueAt(at)))
                .Select(one => Average(one, at)).Order().ToList();
            var best = _looks.TakeWhile(look => look <= at).Min(look => Worst(point.ValueAt(look)));
            var median = others.Count < FewestOthers ? double.PositiveInfinity
                : (others[others.Count / 2] + others[(others.Count - 1) / 2]) / 2;
            if (double.IsPositiveInfinity(best) || best > median)
                decisions.Add(new(point.Number, null, $"worse than the median of {others.Count} others at {at} epochs"));
            else if (sent++ < room)
                decisions.Add(new(point.Number, _looks.First(look => look > at), $"not worse than the median at {at} epochs"));
        }

        return decisions;
    }

    public (double AtMost, double Expected) Cost(long points) =>
        ((double)points * _epochs, points * (_looks[0] + _epochs) / 2.0);

    private double Average(RungPoint point, int epochs) =>
        _looks.TakeWhile(look => look <= epochs).Select(point.ValueAt).Where(double.IsFinite).Average();

    private static double Worst(double value) => double.IsNaN(value) ? double.PositiveInfinity : value;
}
