namespace VaeSweep.Sweeps.Search;

/// <summary>Population-based training: at every rung the worst give up their places to copies of the best, which go on with other
/// settings. What comes out is a schedule.</summary>
/// <remarks>Jaderberg and others 2017, truncation selection. All of the population are compared at the same epoch, when all have
/// come there: what is decided depends on no clock, and a member that fails leaves the population.</remarks>
public sealed class PopulationScheduler : IScheduler
{
    private readonly int[] _rungs;
    private readonly int _burnIn;
    private readonly double _quantile;
    private readonly long _seed;

    /// <param name="every">Epochs between two rungs.</param>
    /// <param name="burnIn">Epochs before which none is replaced.</param>
    /// <param name="quantile">The share that is replaced, and the share that is copied; at most one half.</param>
    public PopulationScheduler(int every, int burnIn, double quantile, int epochs, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        (_burnIn, _quantile, _seed) = (burnIn, quantile, seed);
        var rungs = new List<int>();
        for (long rung = every; rung < epochs; rung += every)
            rungs.Add((int)rung);
        _rungs = [.. rungs, epochs];
    }

    public int FirstBudget => _rungs[0];

    public IReadOnlyList<Decision> Decide(IReadOnlyList<RungPoint> points, int room, bool mayGrow)
    {
        var members = points.Where(point => point.Stands is PointStand.Runs or PointStand.Waits).ToList();
        if (members.Count == 0)
            return [];
        var rung = members.Min(point => point.Budget);
        var there = members.Where(point => point.Budget == rung).ToList();
        if (there.Exists(point => point.Stands == PointStand.Runs))
            return [];
        var next = _rungs.First(one => one > rung);
        var ranked = there.OrderBy(point => point.ValueAt(rung)).ThenBy(point => point.Number).ToList();
        var share = rung < _burnIn ? 0 : Math.Min((int)Math.Ceiling(ranked.Count * _quantile), ranked.Count / 2);
        return
        [
            .. ranked.Index().Select(one =>
            {
                var (place, point) = one;
                var told = AshaScheduler.Place(place, ranked.Count, rung);
                var donor = place < ranked.Count - share ? null : ranked[DonorOf(point.Number, rung, share)];
                return donor is null || !double.IsFinite(donor.ValueAt(rung)) ? new Decision(point.Number, next, told)
                    : new Decision(point.Number, null, $"{told}; a copy of a better one takes its place")
                    {
                        Copy = new(donor.Number, rung, next),
                    };
            }),
        ];
    }

    public (double AtMost, double Expected) Cost(long points) =>
        // A copy takes over what the other has left of its epochs.
        ((double)points * _rungs[^1], (double)points * _rungs[^1]);

    private int DonorOf(long number, int rung, int share) =>
        (int)(Chance.Of(_seed, number, rung).Unit() * share);
}
