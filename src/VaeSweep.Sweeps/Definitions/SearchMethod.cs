namespace VaeSweep.Sweeps;

/// <summary>How points are taken from the search space.</summary>
public enum SearchMethod
{
    /// <summary>All of them.</summary>
    Grid,

    /// <summary>A number of them, drawn independently.</summary>
    Random,

    /// <summary>A number of them that fill the space evenly.</summary>
    Sobol,

    /// <summary>A number of them, each drawn by what those before it have found.</summary>
    Tpe,
}
