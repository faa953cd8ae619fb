using System.Globalization;

namespace VaeSweep.Sweeps.Search;

/// <summary>Asynchronous successive halving: of the points that have come to a rung, the best share goes on to the next, without
/// waiting for the others.</summary>
/// <remarks>
/// <para>Li and others 2020, with a bound that the paper leaves out: no more are sent on than the share, in all. Without it a
/// sampler whose points get better and better has nearly all of them trained to the end.</para>
/// <para>With several brackets, points begin at higher rungs too, in the proportions of Hyperband (Li and others 2018), and are
/// compared within their bracket.</para>
/// </remarks>
public sealed class AshaScheduler : IScheduler
{
    private readonly int[] _rungs;
    private readonly int _reduction;
    private readonly int _brackets;
    private readonly double[] _shares;
    private readonly long _seed;

    /// <param name="first">Epochs of the lowest rung.</param>
    /// <param name="epochs">Of a whole trial: the top.</param>
    /// <param name="brackets">At least 1; of more than there are rungs whose epochs are the first's times a power of the
    /// reduction, the rest is left out: as many has Hyperband.</param>
    public AshaScheduler(int first, int reduction, int epochs, int brackets, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(reduction, 2);
        _rungs = [.. RungsOf(first, reduction, epochs)];
        (_reduction, _seed) = (reduction, seed);
        // floor(log(R / r)) + 1: a top that is nearer than a whole reduction ends a bracket and begins none.
        var most = _rungs.Length < 2 || _rungs[^1] / reduction >= _rungs[^2] ? _rungs.Length : _rungs.Length - 1;
        _brackets = Math.Clamp(brackets, 1, most);
        // A bracket with s reductions before it ends has (s_max + 1) / (s + 1) times its factor in points.
        double[] sizes =
        [
            .. Enumerable.Range(0, _brackets).Select(bracket =>
                Math.Pow(reduction, most - 1 - bracket) * most / (most - bracket)),
        ];
        _shares = [.. sizes.Select(one => one / sizes.Sum())];
    }

    /// <summary>Epochs of each rung; the last is the top.</summary>
    public IReadOnlyList<int> Rungs => _rungs;

    /// <summary>Of whatever bracket: one that begins higher goes on at once.</summary>
    public int FirstBudget => _rungs[0];

    public IReadOnlyList<Decision> Decide(IReadOnlyList<RungPoint> points, int room, bool mayGrow)
    {
        ArgumentNullException.ThrowIfNull(points);
        var decisions = new List<Decision>();
        foreach (var bracket in points.GroupBy(point => BracketOf(point.Number)).OrderBy(group => group.Key))
            Promote(bracket.Key, [.. bracket], room, decisions);
        if (decisions.Count > 0 || mayGrow || points.Any(point => point.Stands == PointStand.Runs))
            return decisions;
        return End(points);
    }

    public (double AtMost, double Expected) Cost(long points)
    {
        var (most, furthest) = (0.0, 0);
        var sizes = new long[_brackets];
        for (var number = 0L; number < points && _brackets > 1; number++)
            sizes[BracketOf(number)]++;
        if (_brackets == 1)
            sizes[0] = points;
        for (var bracket = 0; bracket < _brackets; bracket++)
        {
            var (there, before) = (sizes[bracket], 0);
            for (var rung = bracket; rung < _rungs.Length; rung++)
            {
                most += there * (_rungs[rung] - before);
                before = _rungs[rung];
                furthest = there > 0 ? Math.Max(furthest, before) : furthest;
                there /= _reduction;
            }
        }

        // One at least is trained to the end.
        most += _rungs[^1] - furthest;
        return (most, most);
    }

    private int BracketOf(long number)
    {
        if (_brackets == 1)
            return 0;
        var at = Chance.Of(_seed, number, attempt: -1).Unit();
        var bracket = 0;
        while (bracket < _brackets - 1 && at >= _shares[bracket])
            at -= _shares[bracket++];
        return bracket;
    }

    // The highest rung first: what has come far is the nearest to an answer.
    private void Promote(int bracket, RungPoint[] points, int room, List<Decision> decisions)
    {
        foreach (var late in points.Where(point => point.Stands == PointStand.Waits && point.Budget < _rungs[bracket]))
            decisions.Add(new(late.Number, _rungs[bracket], $"its bracket begins at {_rungs[bracket]} epochs"));
        for (var rung = _rungs.Length - 2; rung >= bracket; rung--)
        {
            var ranked = Ranked(points, _rungs[rung]);
            var share = ranked.Count / _reduction;
            var free = share - ranked.Count(point => point.Budget > _rungs[rung]);
            for (var place = 0; place < share && free > 0 && decisions.Count < room; place++)
            {
                var point = ranked[place];
                if (point.Budget > _rungs[rung] || point.Stands is not (PointStand.Waits or PointStand.Ended)
                    || double.IsPositiveInfinity(point.ValueAt(_rungs[rung])))
                {
                    continue;
                }

                decisions.Add(new(point.Number, _rungs[rung + 1], Place(place, ranked.Count, _rungs[rung])));
                free--;
            }
        }
    }

    /// <summary>Nothing runs and nothing comes: what waits is ended; but one is trained to the end.</summary>
    private List<Decision> End(IReadOnlyList<RungPoint> points)
    {
        var waiting = points.Where(point => point.Stands == PointStand.Waits).ToList();
        if (!points.Any(point => point.Budget >= _rungs[^1] && double.IsFinite(point.ValueAt(_rungs[^1]))))
        {
            for (var rung = _rungs.Length - 2; rung >= 0; rung--)
            {
                var ranked = Ranked(points, _rungs[rung]);
                var best = ranked.FindIndex(point => point.Stands is PointStand.Waits or PointStand.Ended
                    && point.Budget == _rungs[rung] && double.IsFinite(point.ValueAt(_rungs[rung])));
                if (best < 0)
                    continue;
                var place = Place(best, ranked.Count, _rungs[rung]);
                return [new(ranked[best].Number, _rungs[rung + 1], $"{place}, the furthest")];
            }
        }

        return
        [
            .. waiting.GroupBy(point => (Bracket: BracketOf(point.Number), point.Budget)).SelectMany(group =>
            {
                var (bracket, budget) = group.Key;
                var ranked = Ranked(points.Where(one => BracketOf(one.Number) == bracket), budget);
                var places = ranked.Index().ToDictionary(one => one.Item.Number, one => one.Index);
                return group.Select(point => new Decision(
                    point.Number, null, Place(places.GetValueOrDefault(point.Number, -1), ranked.Count, budget)));
            }).OrderBy(decision => decision.Number),
        ];
    }

    private static List<RungPoint> Ranked(IEnumerable<RungPoint> points, int epochs) =>
    [
        .. points.Where(point => !double.IsNaN(point.ValueAt(epochs))).OrderBy(point => point.ValueAt(epochs))
            .ThenBy(point => point.Number),
    ];

    internal static string Place(int place, int of, int epochs)
    {
        return string.Create(
            CultureInfo.InvariantCulture, $"{Ordinal(place + 1)} of {of} at {epochs} epoch{(epochs == 1 ? "" : "s")}");
    }

    /// <summary>1st, 2nd, 3rd, 4th.</summary>
    internal static string Ordinal(int number)
    {
        var ending = (number % 100) is 11 or 12 or 13 ? "th"
            : (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" };
        return string.Create(CultureInfo.InvariantCulture, $"{number}{ending}");
    }

    private static IEnumerable<int> RungsOf(int first, int reduction, int epochs)
    {
        for (long rung = first; rung < epochs; rung *= reduction)
            yield return (int)rung;
        yield return epochs;
    }
}
