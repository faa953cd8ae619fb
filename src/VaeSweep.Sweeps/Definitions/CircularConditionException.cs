namespace VaeSweep.Sweeps;

/// <summary>Parameters whose `when` wait for each other.</summary>
internal sealed class CircularConditionException(Axis axis) : Exception
{
    public Axis Axis { get; } = axis;
}
