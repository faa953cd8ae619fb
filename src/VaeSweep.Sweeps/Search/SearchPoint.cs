namespace VaeSweep.Sweeps.Search;

/// <summary>A configuration of a search with its seeds' trials.</summary>
/// <param name="trials">At least one.</param>
/// <param name="seeds">How many there are to be.</param>
internal sealed class SearchPoint(IReadOnlyList<SearchTrial> trials, int seeds, long number, bool isHigherBetter)
{
    public IReadOnlyList<SearchTrial> Trials => trials;

    public long Number => number;

    public bool IsWanted { get; } = trials.Any(one => one.Wanted);

    /// <summary>Epochs that it may run.</summary>
    public int Budget { get; } = trials.Min(one => one.Budget);

    public PointStand Stands { get; } = StandOf(trials, seeds);

    /// <summary>The mean over its seeds when each had so many epochs, lower is better: NaN where one has not so many, infinite
    /// where one failed before.</summary>
    public double ValueAt(int epochs)
    {
        var (sum, failed) = (0.0, false);
        foreach (var trial in trials)
        {
            var isThere = trial.Curve.Count >= epochs || trial.State == TrialState.Succeeded;
            if (!isThere && (IsOpen(trial) || trial.IsEnded))
                return double.NaN;
            var value = isThere ? Last(trial.Curve, epochs) : double.NaN;
            failed |= !double.IsFinite(value);
            sum += isHigherBetter ? -value : value;
        }

        return trials.Count < seeds && !failed ? double.NaN : failed ? double.PositiveInfinity : sum / trials.Count;
    }

    /// <summary>The mean over its seeds at their ends: NaN while one is open, infinite where one has failed.</summary>
    /// <param name="isBestKept">Training keeps the best model, not the last.</param>
    public double FinalValue(bool isBestKept)
    {
        if (trials.Count < seeds || trials.Any(IsOpen))
            return double.NaN;
        var values = trials.Select(one => one.State != TrialState.Succeeded ? double.NaN
            : !isBestKept ? Last(one.Curve, int.MaxValue)
            : one.Curve.Where(double.IsFinite).Select(value => isHigherBetter ? value : -value)
                .DefaultIfEmpty(double.NaN).Max() * (isHigherBetter ? 1 : -1)).ToList();
        return values.TrueForAll(double.IsFinite) ? values.Average() * (isHigherBetter ? -1 : 1) : double.PositiveInfinity;
    }

    public static bool IsOpen(SearchTrial trial) =>
        trial.State is TrialState.Queued or TrialState.Running or TrialState.Paused;

    // What was measured last up to an epoch.
    private static double Last(IReadOnlyList<double> curve, int epochs)
    {
        for (var i = Math.Min(epochs, curve.Count) - 1; i >= 0; i--)
        {
            if (!double.IsNaN(curve[i]))
                return curve[i];
        }

        return double.NaN;
    }

    private static PointStand StandOf(IReadOnlyList<SearchTrial> trials, int seeds)
    {
        if (trials.Count < seeds || trials.Any(one => IsOpen(one) && !one.Rests))
            return PointStand.Runs;
        return trials.Any(one => one.Rests) ? PointStand.Waits
            : trials.Any(one => one.IsEnded) ? PointStand.Ended : PointStand.Closed;
    }
}
