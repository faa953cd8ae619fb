namespace VaeSweep.Sweeps.Search;

/// <summary>Ends a point whose best value so far is worse than the median of the others at that epoch: of those that were trained
/// to the end; while they are few, of the averages up to there of all that have come so far.</summary>
/// <remarks>Golovin and others 2017 (Vizier) for the averages. Those that were trained to the end are the better ones, so that it
/// becomes stricter in time, as in Optuna.</remarks>
public sealed class MedianScheduler : IScheduler
{
    private const int FewestOthers = 3;

    /// <summary>Of those that were trained to the end, before they alone count.</summary>
    private const int FewestTrained = 5;

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
        var levels = new Dictionary<int, Level>();
        foreach (var point in points.Where(point => point.Stands == PointStand.Waits))
        {
            var at = point.Budget;
            if (!levels.TryGetValue(at, out var level))
                levels.Add(at, level = LevelOf(points, at));
            var (others, median) = level.Without(point);
            var best = _looks.TakeWhile(look => look <= at).Min(look => Worst(point.ValueAt(look)));
            if (double.IsPositiveInfinity(best) || best > median)
                decisions.Add(new(point.Number, null, $"worse than the median of {others} {level.Of} at {at} epochs"));
            else if (sent++ < room)
                decisions.Add(new(point.Number, _looks.First(look => look > at), $"not worse than the median at {at} epochs"));
        }

        return decisions;
    }

    public (double AtMost, double Expected) Cost(long points) =>
        ((double)points * _epochs, points * (_looks[0] + _epochs) / 2.0);

    private Level LevelOf(IReadOnlyList<RungPoint> points, int at)
    {
        var trained = points.Where(point => point.Stands == PointStand.Closed && double.IsFinite(point.ValueAt(_epochs)));
        var whole = new Level("trained ones", trained.Select(point => (point.Number, point.ValueAt(at))));
        return whole.Count >= FewestTrained ? whole
            : new("others", points.Select(point =>
                (point.Number, double.IsFinite(point.ValueAt(at)) ? Average(point, at) : double.NaN)));
    }

    private double Average(RungPoint point, int epochs) =>
        _looks.TakeWhile(look => look <= epochs).Select(point.ValueAt).Where(double.IsFinite).Average();

    private static double Worst(double value) => double.IsNaN(value) ? double.PositiveInfinity : value;

    /// <summary>Values of points at one look, in order: sorted once for all that wait there.</summary>
    private sealed class Level
    {
        private readonly Dictionary<long, double> _byNumber = [];
        private readonly double[] _sorted;

        /// <param name="of">What the others are called.</param>
        /// <param name="values">Those that are not finite are left out.</param>
        public Level(string of, IEnumerable<(long Number, double Value)> values)
        {
            Of = of;
            foreach (var (number, value) in values.Where(one => double.IsFinite(one.Value)))
                _byNumber.Add(number, value);
            _sorted = [.. _byNumber.Values.Order()];
        }

        public string Of { get; }

        public int Count => _sorted.Length;

        /// <summary>How many others there are, and their median; infinite of too few.</summary>
        public (int Others, double Median) Without(RungPoint point)
        {
            var (others, own) = (Count, Count);
            if (_byNumber.TryGetValue(point.Number, out var value))
                (others, own) = (Count - 1, Array.BinarySearch(_sorted, value));
            return (others, others < FewestOthers ? double.PositiveInfinity : (At(others / 2) + At((others - 1) / 2)) / 2);

            double At(int place) => _sorted[place < own ? place : place + 1];
        }
    }
}
