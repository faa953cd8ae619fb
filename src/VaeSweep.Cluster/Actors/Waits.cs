namespace VaeSweep.Cluster.Actors;

/// <summary>How long to wait before the next try: twice as long each time, with a random part, so that many who lost the same
/// head do not all come back at once.</summary>
internal sealed class Waits(TimeSpan first, TimeSpan most, Random random)
{
    private int _doubled;

    /// <summary>It has succeeded: the next trouble is a new one.</summary>
    public void Reset() => _doubled = 0;

    public TimeSpan Next()
    {
        var whole = first * Math.Pow(2, _doubled);
        if (whole < most)
            _doubled++;
        else
            whole = most;
        return whole * (0.5 + (random.NextDouble() / 2));
    }
}
