using System.Globalization;

namespace VaeSweep.Sweeps.Search;

/// <summary>Says which points of a search are trained again with fresh seeds: the best ones, chosen once when all are closed.
/// Pure: what was chosen is told by the trials that are there.</summary>
/// <remarks>The best of many values is too good: it was chosen for its luck as well (the winner's curse). What is measured anew,
/// of points that were chosen before, is not.</remarks>
internal sealed class ConfirmBook(SweepDefinition definition, bool isBestKept)
{
    // Confirming trials come after all others of the sweep, by round, rank and seed.
    private const long IndexesOfRound = 1_000_000_000;
    private const long IndexesOfPoint = 1_000;
    private const long SeedsOfRound = 1_000;

    private readonly ConfirmSettings _settings = definition.Confirm!;

    /// <param name="trials">All of the sweep.</param>
    /// <param name="points">Of the search, by number.</param>
    /// <param name="isOver">Nothing is to be proposed or decided.</param>
    public Confirmation Next(IReadOnlyList<SearchTrial> trials, IReadOnlyList<SearchPoint> points, bool isOver)
    {
        var wanted = points.Where(point => point.IsWanted).ToList();
        var round = trials.Select(one => one.Round).DefaultIfEmpty().Max();
        var there = trials.Where(one => one.Wanted && one.Round > 0).ToList();
        var closed = isOver && wanted.TrueForAll(point => point.Stands is PointStand.Closed or PointStand.Ended);
        var mostPoints = definition.Learns ? definition.Draws : wanted.Count;
        if (round == 0 || HasGrown(trials, wanted, round))
        {
            List<long> retired = [.. there.Select(one => one.Key)];
            var all = (long)Math.Min(_settings.Top, mostPoints) * _settings.Seeds;
            return closed ? Choose(trials, wanted, round + 1, [], retired) : new(round, [], retired, all);
        }

        return Choose(trials, closed ? wanted : [], round, there, []);
    }

    // Keys grow: a point that came after the choice was not among those chosen from.
    private static bool HasGrown(IReadOnlyList<SearchTrial> trials, List<SearchPoint> points, int round)
    {
        var first = trials.Where(one => one.Round == round).Min(one => one.Key);
        return points.Exists(point => point.Trials.Any(one => one.Wanted && one.Key > first));
    }

    /// <param name="among">To choose from; none while the search goes on.</param>
    /// <param name="there">Trials of the round, which stay as far as they are asked for.</param>
    private Confirmation Choose(
        IReadOnlyList<SearchTrial> trials, List<SearchPoint> among, int round, List<SearchTrial> there, List<long> retired)
    {
        var ranked = Ranked(among);
        var known = trials.Where(one => one is { Wanted: true, Round: 0 }).Select(one => one.Point).ToHashSet();
        var ranks = there.Where(one => known.Contains(one.Point)).GroupBy(one => one.Point)
            .ToDictionary(group => group.Key, group => group.Min(one => one.Index) % IndexesOfRound / IndexesOfPoint);
        List<long> chosen = [.. ranks.OrderBy(one => one.Value).Select(one => one.Key).Take(_settings.Top)];
        var details = new Dictionary<long, string>();
        foreach (var (place, (point, value, depth)) in ranked.Index())
        {
            var key = point.Trials[0].Point;
            details.Add(key, Detail(place, ranked.Count, value, depth));
            if (chosen.Count < _settings.Top && !chosen.Contains(key))
                chosen.Add(key);
        }

        var seeds = Seeds(trials, there, round);
        var kept = there.Where(one => chosen.Contains(one.Point) && seeds.Contains(one.Seed)).ToList();
        var held = kept.Select(one => (one.Point, one.Seed)).ToHashSet();
        var next = ranks.Values.DefaultIfEmpty(-1).Max() + 1;
        var added = new List<ConfirmingTrial>();
        foreach (var point in chosen)
        {
            var rank = ranks.TryGetValue(point, out var first) ? first : next++;
            added.AddRange(seeds.Index().Where(seed => !held.Contains((point, seed.Item))).Select(seed => new ConfirmingTrial(
                point, seed.Item, (round * IndexesOfRound) + (rank * IndexesOfPoint) + seed.Index,
                details.GetValueOrDefault(point, "chosen before"))));
        }

        // While a search goes on, those of its points that are missing cannot be told.
        return new(round, added, [.. retired, .. there.Except(kept).Select(one => one.Key)], 0);
    }

    /// <summary>Seeds that no other trial of the sweep has.</summary>
    private List<long> Seeds(IReadOnlyList<SearchTrial> trials, List<SearchTrial> there, int round)
    {
        var taken = trials.Where(one => one.Round != round).Select(one => one.Seed).Concat(definition.Seeds).ToHashSet();
        List<long> seeds = [.. there.Select(one => one.Seed).Where(one => !taken.Contains(one)).Distinct().Order()];
        for (var seed = round * SeedsOfRound; seeds.Count < _settings.Seeds; seed++)
        {
            if (!taken.Contains(seed) && !seeds.Contains(seed))
                seeds.Add(seed);
        }

        return seeds[.._settings.Seeds];
    }

    /// <summary>Those with a value, the best first: what has come furthest goes before the rest.</summary>
    private List<(SearchPoint Point, double Value, int? Depth)> Ranked(List<SearchPoint> points) =>
    [
        .. points.Select(point => point.Stands == PointStand.Ended
                ? (Point: point, Value: point.ValueAt(point.Budget), Depth: (int?)point.Budget)
                : (Point: point, Value: point.FinalValue(isBestKept), Depth: (int?)null))
            .Where(one => double.IsFinite(one.Value))
            .OrderByDescending(one => one.Depth ?? int.MaxValue).ThenBy(one => one.Value).ThenBy(one => one.Point.Number),
    ];

    private string Detail(int place, int of, double value, int? depth)
    {
        var metric = MetricList.Find(definition.Search.Metric)!;
        var shown = metric.Direction == Direction.Higher ? -value : value;
        var ended = depth is { } epochs
            ? $" at {epochs} epoch{(epochs == 1 ? "" : "s")}, where its scheduler ended it" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{AshaScheduler.Ordinal(place + 1)} of {of} by {metric.Name} {shown:0.####}{ended}");
    }
}
