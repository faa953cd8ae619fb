namespace VaeSweep.Models.Tests;

/// <summary>Comparisons of numbers, relative to the largest of those expected and absolute below one.</summary>
internal static class Near
{
    public static void Equal(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var allowed = tolerance * Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
        {
            var gap = Math.Abs(expected[i] - actual[i]);
            Assert.True(gap <= allowed,
                $"{what}[{i}]: expected {expected[i]:R}, got {actual[i]:R}, apart by {gap:E2} where {allowed:E1} is allowed.");
        }
    }

    public static void Equal(double[] expected, Tensor actual, double tolerance, string what) =>
        Equal(expected, Numbers(actual), tolerance, what);

    /// <summary>All values in order, whatever the type.</summary>
    public static double[] Numbers(Tensor tensor) => tensor.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
