namespace VaeSweep.Sweeps.Search;

/// <summary>A point as a scheduler sees it: a configuration with all its seeds.</summary>
/// <param name="Number">Its place among the points of the search.</param>
/// <param name="Budget">Epochs that it may run.</param>
/// <param name="Stands">What it does.</param>
/// <param name="ValueAt">Its value when it had so many epochs, lower is better; infinite where it failed before, NaN where it
/// has not so many.</param>
public sealed record RungPoint(long Number, int Budget, PointStand Stands, Func<int, double> ValueAt);

/// <summary>What a point does.</summary>
public enum PointStand
{
    /// <summary>It trains, or waits for a device.</summary>
    Runs,

    /// <summary>All its seeds have used up their budget.</summary>
    Waits,

    /// <summary>Its scheduler has ended it.</summary>
    Ended,

    /// <summary>It is trained, or has failed.</summary>
    Closed,
}
