namespace VaeSweep.Cli;

/// <summary>Learns how fast a sweep goes and says when it will be done.</summary>
/// <remarks>Rates are taken over the last minutes: early epochs of a sweep wait for libraries to load, and trials of different
/// size follow one another.</remarks>
internal sealed class RateEstimator(TimeProvider time)
{
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(5);
    private readonly Queue<(long At, double Fraction)> _seen = new();

    /// <param name="fraction">Of the whole sweep, from 0 to 1.</param>
    public void Observe(double fraction)
    {
        var now = time.GetTimestamp();
        if (_seen.Count > 0 && _seen.Last().Fraction.Equals(fraction))
            return;

        _seen.Enqueue((now, fraction));
        while (_seen.Count > 2 && time.GetElapsedTime(_seen.Peek().At, now) > _window)
            _seen.Dequeue();
    }

    /// <returns>Null while nothing has been learned.</returns>
    public TimeSpan? Remaining(double fraction)
    {
        if (_seen.Count < 2 || fraction >= 1)
            return fraction >= 1 ? TimeSpan.Zero : null;

        var (first, last) = (_seen.Peek(), _seen.Last());
        var gained = last.Fraction - first.Fraction;
        if (gained <= 0)
            return null;

        var perUnit = time.GetElapsedTime(first.At, last.At) / gained;
        var left = (perUnit * (1 - fraction)) - time.GetElapsedTime(last.At);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
