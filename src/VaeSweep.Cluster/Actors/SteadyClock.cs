namespace VaeSweep.Cluster.Actors;

/// <summary>Time since it was made, on a clock that nobody sets.</summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_origin);
}
