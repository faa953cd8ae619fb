namespace VaeSweep.Sweeps.Search;

/// <summary>Says how far points are trained. Pure, and without a memory: what it decides follows from how the points
/// stand.</summary>
public interface IScheduler
{
    /// <summary>Epochs that a new point may run.</summary>
    int FirstBudget { get; }

    /// <summary>Decides about points that have used up their budgets.</summary>
    /// <param name="points">All of the search, by number.</param>
    /// <param name="room">Points that may be sent on now.</param>
    /// <param name="mayGrow">More points are to come.</param>
    IReadOnlyList<Decision> Decide(IReadOnlyList<RungPoint> points, int room, bool mayGrow);

    /// <summary>Epochs that so many points take together at most, and where values come in a random order.</summary>
    (double AtMost, double Expected) Cost(long points);
}
