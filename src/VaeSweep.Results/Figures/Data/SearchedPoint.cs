using VaeSweep.Sweeps;

namespace VaeSweep.Results.Figures;

/// <summary>A configuration of a search with its seeds, and what became of it.</summary>
/// <param name="Number">Its place among those of the search, from 1.</param>
/// <param name="Trials">All its seeds.</param>
/// <param name="Values">The search's metric by epoch, the mean over the seeds; as far as all of them have come.</param>
internal sealed record SearchedPoint(int Number, IReadOnlyList<FigureTrial> Trials, IReadOnlyList<double> Values)
{
    /// <summary>All its seeds were trained to their ends.</summary>
    public bool IsWhole { get; } = Trials.All(t => t.State == TrialState.Succeeded);

    /// <summary>It was ended early.</summary>
    public bool IsEnded { get; } = Trials.Any(t => t.State == TrialState.Stopped);

    /// <summary>What it had reached in the end; NaN without a value.</summary>
    public double Last { get; } = Values.LastOrDefault(double.IsFinite, double.NaN);

    /// <summary>Reads the points of a search, by number.</summary>
    public static async Task<IReadOnlyList<SearchedPoint>> ReadAsync(
        FigureContext context, Metric metric, CancellationToken cancellationToken)
    {
        var curves = await CurveReader.ReadAsync(
            context.Store.Results, context.Sweep, context.Trials.Trials, [metric.Name], cancellationToken);
        return
        [
            .. context.Trials.Trials.GroupBy(t => t.Point).OrderBy(point => point.Min(t => t.Index)).Select((point, i) =>
            {
                var seeds = point.ToList();
                var known = seeds.ConvertAll(t => curves.TryGetValue(t.Id, out var curve) ? curve.Columns[0] : []);
                var length = known.Min(values => values.Length);
                return new SearchedPoint(
                    i + 1, seeds, [.. Enumerable.Range(0, length).Select(epoch => known.Average(values => values[epoch]))]);
            }),
        ];
    }

    /// <summary>Where an axis of values may begin or end: a few hopeless points would press all others together.</summary>
    /// <returns>Limits for the axis, NaN where none is needed, and how many of the values lie beyond.</returns>
    public static (double Min, double Max, int Beyond) Axis(Metric metric, IReadOnlyList<double> values)
    {
        const double Reach = 3;
        var sign = metric.Direction == Direction.Lower ? 1 : -1;
        var costs = values.Where(double.IsFinite).Select(value => sign * value).Order().ToList();
        if (costs.Count < 4)
            return (double.NaN, double.NaN, 0);
        var (best, middle) = (costs[0], costs[costs.Count / 2]);
        var limit = middle + (Reach * Math.Max(middle - best, 1e-9));
        var last = costs.FindLastIndex(cost => cost <= limit);
        var end = costs[last] + (0.06 * (costs[last] - best));
        var beyond = costs.Count - last - 1;
        return beyond == 0 ? (double.NaN, double.NaN, 0)
            : sign > 0 ? (double.NaN, end, beyond) : (-end, double.NaN, beyond);
    }
}
