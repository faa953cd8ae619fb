namespace VaeSweep.Sweeps;

/// <summary>Which end of a metric's scale is the good one.</summary>
public enum Direction
{
    /// <summary>Neither: it describes, it does not rank (a KL term, a gradient norm).</summary>
    None,
    Higher,
    Lower,
}
