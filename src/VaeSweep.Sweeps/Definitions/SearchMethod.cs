namespace VaeSweep.Sweeps;

/// <summary>How points are taken from the search space.</summary>
public enum SearchMethod
{
    /// <summary>All of them.</summary>
    Grid,

    /// <summary>A number of them, drawn independently.</summary>
    Random,
}
