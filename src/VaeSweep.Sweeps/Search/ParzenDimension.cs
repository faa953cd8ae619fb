namespace VaeSweep.Sweeps.Search;

/// <summary>The kernels of one dimension: one for each observation, and one for what was believed before, which comes
/// last.</summary>
internal sealed class ParzenDimension
{
    /// <summary>Beyond so many steps a kernel is all but straight over one of them.</summary>
    private const double FineSteps = 10;

    // Candidates share the values of whole numbers.
    private readonly Dictionary<double, double[]> _logSteps = [];

    private readonly Dimension _dimension;
    private readonly double[] _values;
    private readonly double[] _places;
    private readonly double[] _widths;
    private readonly double[] _logWidths;
    private readonly double[] _logMasses;

    /// <param name="values">Of the observations.</param>
    /// <param name="isClipped">Kernels are not narrower than a share of the domain that shrinks with their number.</param>
    /// <param name="ends">The outermost kernels reach to the ends of the domain; else only to their neighbour.</param>
    public ParzenDimension(Dimension dimension, double[] values, bool isClipped = true, bool ends = false)
    {
        (_dimension, _values) = (dimension, values);
        var (from, to) = (dimension.From, dimension.To);
        _places = [.. values.Select(dimension.Scaled), (from + to) / 2];
        _widths = dimension.Choice ? [] : [.. Widths(_places.AsSpan(0, values.Length), from, to, isClipped, ends), to - from];
        _logWidths = [.. _widths.Select(width => Math.Log(width))];
        _logMasses = [.. _widths.Select((width, i) =>
            Math.Log(NormalLaw.Mass((from - _places[i]) / width, (to - _places[i]) / width)))];
    }

    public int Kernels => _places.Length;

    /// <summary>Standard deviation of each kernel, on the dimension's scale; the last is the prior's.</summary>
    public ReadOnlySpan<double> KernelWidths => _widths;

    /// <summary>Adds to each kernel's log density the one of a value.</summary>
    public void AddLogDensity(double value, Span<double> sums)
    {
        if (_dimension.Choice)
        {
            AddLogShare((int)(value - _dimension.Low), sums);
            return;
        }

        var place = _dimension.Scaled(value);
        if (!_dimension.Whole)
        {
            for (var i = 0; i < sums.Length; i++)
                sums[i] += NormalLaw.LogDensity((place - _places[i]) / _widths[i]) - _logWidths[i] - _logMasses[i];
            return;
        }

        if (!_logSteps.TryGetValue(value, out var steps))
        {
            var (from, to) = (_dimension.Scaled(value - 0.5), _dimension.Scaled(value + 0.5));
            steps = new double[sums.Length];
            for (var i = 0; i < steps.Length; i++)
                steps[i] = LogMass(from, to, i) - _logMasses[i];
            _logSteps.Add(value, steps);
        }

        for (var i = 0; i < sums.Length; i++)
            sums[i] += steps[i];
    }

    /// <summary>Draws a value of one kernel.</summary>
    public double Draw(int kernel, ref Chance chance)
    {
        if (_dimension.Choice)
        {
            var choices = _dimension.Values;
            // The kernel of an observation: a whole for its value, and a share for each.
            if (kernel < _values.Length && chance.Unit() * (Kernels + choices) < Kernels)
                return _values[kernel];
            return _dimension.Low + Math.Min((int)(chance.Unit() * choices), choices - 1);
        }

        var (from, to) = (_dimension.From, _dimension.To);
        double place;
        do
        {
            place = _places[kernel] + (_widths[kernel] * chance.Normal());
        }
        while (place < from || place > to);
        return _dimension.Unscaled(place);
    }

    private void AddLogShare(int choice, Span<double> sums)
    {
        // (1[it is the observed one] + 1/K) / (1 + C/K), K kernels with the prior's.
        var (choices, kernels) = (_dimension.Values, Kernels);
        var whole = 1 + ((double)choices / kernels);
        var (same, other) = (Math.Log((1 + (1.0 / kernels)) / whole), Math.Log(1.0 / kernels / whole));
        for (var i = 0; i < _values.Length; i++)
            sums[i] += (int)(_values[i] - _dimension.Low) == choice ? same : other;
        sums[^1] -= Math.Log(choices);
    }

    private double LogMass(double from, double to, int kernel)
    {
        var width = _widths[kernel];
        if (width > FineSteps * (to - from))
        {
            // Its second derivative is what is left of the curve.
            var (z, step) = ((((from + to) / 2) - _places[kernel]) / width, (to - from) / width);
            return NormalLaw.LogDensity(z) + Math.Log(step) + Math.Log(Math.Max(1 + (step * step * ((z * z) - 1) / 24), 0.5));
        }

        var (low, high) = ((from - _places[kernel]) / width, (to - _places[kernel]) / width);
        return Math.Log(Math.Max(NormalLaw.Mass(low, high), double.Epsilon));
    }

    /// <summary>Each as wide as the larger gap to a neighbour, the domain's ends among them.</summary>
    private static double[] Widths(ReadOnlySpan<double> places, double from, double to, bool isClipped, bool ends)
    {
        var order = new int[places.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var keys = places.ToArray();
        Array.Sort(keys, order);
        var widths = new double[places.Length];
        var narrowest = isClipped ? (to - from) / Math.Min(100, 2 + places.Length) : 0;
        for (var i = 0; i < keys.Length; i++)
        {
            var (left, right) = (keys[i] - (i == 0 ? from : keys[i - 1]), (i == keys.Length - 1 ? to : keys[i + 1]) - keys[i]);
            if (!ends && keys.Length > 1)
                (left, right) = (i == 0 ? right : left, i == keys.Length - 1 ? left : right);
            widths[order[i]] = Math.Clamp(Math.Max(left, right), narrowest, to - from);
        }

        return widths;
    }
}
