namespace VaeSweep.Sweeps.Search;

/// <summary>A point that was tried, or is being tried.</summary>
/// <param name="Number">Its place among the points of the search, from 0.</param>
/// <param name="Point">As <see cref="SearchSpace"/> has it.</param>
/// <param name="Value">Lower is better; infinite where it failed, NaN while it runs.</param>
public sealed record Observation(long Number, double[] Point, double Value)
{
    public bool IsFinished => !double.IsNaN(Value);
}
