namespace VaeSweep.Sweeps.Search;

/// <summary>Tree-structured Parzen estimators: of points that a density of the good ones gives, tries the one where it exceeds
/// the density of the others most.</summary>
/// <remarks>Bergstra and others 2011; kernels of all dimensions together, and of what has a meaning together, as in Optuna
/// 5.</remarks>
public sealed class TpeSampler : ISampler
{
    private const int FewestFinished = 2;

    /// <summary>Attempts at a point that is not there yet, before chance helps: of a small space, what is left may be what the
    /// densities like least.</summary>
    private const int Learnt = 20;

    private readonly long _seed;
    private readonly int _startup;
    private readonly TpeOptions _options;

    /// <param name="startup">Points before what was found counts: they fill the space evenly.</param>
    public TpeSampler(long seed, int startup)
        : this(seed, startup, TpeOptions.Usual)
    {
    }

    internal TpeSampler(long seed, int startup, TpeOptions options) => (_seed, _startup, _options) = (seed, startup, options);

    public double[] Next(SearchSpace space, IReadOnlyList<Observation> history, long number, int attempt)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        if (number < _startup || history.Count(one => one.IsFinished) < FewestFinished)
            return new SobolSampler(_seed).Next(space, history, number, attempt);
        if (attempt >= Learnt)
            return new RandomSampler(_seed).Next(space, history, number, attempt);
        var chance = Chance.Of(_seed, number, attempt);
        var point = new double[space.Dimensions.Count];
        Array.Fill(point, double.NaN);
        foreach (var group in space.Groups)
        {
            if (!space.IsActive(group[0], point.AsSpan(0, group[0])))
                continue;
            var drawn = Next(space, group, history, ref chance);
            for (var i = 0; i < group.Count; i++)
                point[group[i]] = drawn[i];
        }

        return point;
    }

    private double[] Next(SearchSpace space, IReadOnlyList<int> group, IReadOnlyList<Observation> history, ref Chance chance)
    {
        Dimension[] dimensions = [.. group.Select(one => space.Dimensions[one])];
        // Points that have these dimensions: a rare branch would have no good one among all.
        var with = history.Where(one => group.All(dimension => !double.IsNaN(one.Point[dimension]))).ToList();
        var finished = with.Where(one => one.IsFinished).OrderBy(one => one.Value).ThenBy(one => one.Number).ToList();
        var isMixed = dimensions.Any(one => one.Choice);
        var good = TpeOptions.Good(finished.Count, isMixed);
        var l = Estimator(dimensions, group, finished.Take(good));
        // What runs counts among the others: nobody wants it twice.
        var g = Estimator(dimensions, group, finished.Skip(good).Concat(with.Where(one => !one.IsFinished)));
        var running = history.Count(one => !one.IsFinished);
        var candidates = isMixed ? _options.MixedCandidates
            : _options.FewestCandidates + ((_options.Candidates - _options.FewestCandidates) / (1 + running));
        var best = l.Draw(ref chance);
        var bestScore = Score(best);
        for (var i = 1; i < candidates; i++)
            Try(l.Draw(ref chance));
        for (var i = 0; !isMixed && i < _options.Climbs / (1 + running); i++)
        {
            var climbed = (double[])best.Clone();
            var coordinate = (int)(chance.Unit() * climbed.Length);
            climbed[coordinate] = l.Draw(ref chance)[coordinate];
            Try(climbed);
        }

        return best;

        double Score(double[] point) => l.LogDensity(point) - g.LogDensity(point);

        void Try(double[] point)
        {
            if (Score(point) is var score && score > bestScore)
                (best, bestScore) = (point, score);
        }
    }

    /// <summary>Of more observations than these, the older ones are thinned evenly: they count little, and time is
    /// short.</summary>
    private const int MostKernels = 250;

    private static ParzenEstimator Estimator(Dimension[] dimensions, IReadOnlyList<int> group, IEnumerable<Observation> which)
    {
        var observations = Thinned(which.OrderBy(one => one.Number).ToList());
        return new(dimensions, [.. group.Select(one => observations.Select(seen => seen.Point[one]).ToArray())]);
    }

    private static List<Observation> Thinned(List<Observation> observations)
    {
        const int Newest = MostKernels / 4;
        var old = observations.Count - Newest;
        const int Kept = MostKernels - Newest;
        return old <= Kept ? observations
            : [.. Enumerable.Range(0, Kept).Select(i => observations[(int)((long)i * old / Kept)]), .. observations.Skip(old)];
    }
}
