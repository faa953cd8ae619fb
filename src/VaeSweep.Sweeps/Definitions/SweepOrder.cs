namespace VaeSweep.Sweeps;

/// <summary>In which order the points of a grid are trained.</summary>
public enum SweepOrder
{
    /// <summary>The last parameter changes fastest.</summary>
    Written,

    /// <summary>So that whatever has been trained by some moment is spread over the whole grid.</summary>
    Shuffled,
}
