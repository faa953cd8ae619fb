namespace VaeSweep.Sweeps.Search;

/// <summary>A density made of kernels: each is a product over the dimensions, so that what goes together stays
/// together.</summary>
internal sealed class ParzenEstimator
{
    private const int Recent = 25;

    private readonly ParzenDimension[] _dimensions;
    private readonly double[] _weights;
    private readonly double[] _logWeights;

    /// <param name="values">Of each dimension, one for each observation, the oldest first.</param>
    public ParzenEstimator(
        IReadOnlyList<Dimension> dimensions, IReadOnlyList<double[]> values, bool isClipped = true, bool ends = false)
    {
        _dimensions = [.. dimensions.Select((one, i) => new ParzenDimension(one, values[i], isClipped, ends))];
        var weights = Weights(values.Count == 0 ? 0 : values[0].Length).Append(1).ToArray();
        var sum = weights.Sum();
        _weights = [.. weights.Select(one => one / sum)];
        _logWeights = [.. _weights.Select(one => Math.Log(one))];
    }

    public double LogDensity(ReadOnlySpan<double> point)
    {
        var sums = new double[_logWeights.Length];
        _logWeights.CopyTo(sums, 0);
        for (var i = 0; i < _dimensions.Length; i++)
            _dimensions[i].AddLogDensity(point[i], sums);
        var largest = sums.Max();
        return largest + Math.Log(sums.Sum(one => Math.Exp(one - largest)));
    }

    public double[] Draw(ref Chance chance)
    {
        var at = chance.Unit();
        var kernel = 0;
        for (; kernel < _weights.Length - 1 && at >= _weights[kernel]; kernel++)
            at -= _weights[kernel];
        var point = new double[_dimensions.Length];
        for (var i = 0; i < point.Length; i++)
            point[i] = _dimensions[i].Draw(kernel, ref chance);
        return point;
    }

    /// <summary>The last ones count whole; the older, the less.</summary>
    public static IEnumerable<double> Weights(int count)
    {
        var old = count - Recent;
        for (var i = 0; i < count; i++)
        {
            yield return old <= 0 || i >= old ? 1
                : old == 1 ? 1.0 / count : (1.0 / count) + (i * (1 - (1.0 / count)) / (old - 1));
        }
    }
}
