namespace VaeSweep.Benchmarks;

/// <summary>Seconds that the same work took, turn by turn.</summary>
internal sealed class Times
{
    private readonly List<double> _seconds = [];

    public double Best => _seconds.Min();

    public double Median => MedianOf(_seconds);

    public void Add(double seconds) => _seconds.Add(seconds);

    /// <summary>The median over turns of this time divided by the other's of the same turn.</summary>
    public double MedianRatio(Times other) => MedianOf(_seconds.Zip(other._seconds, (a, b) => a / b));

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
