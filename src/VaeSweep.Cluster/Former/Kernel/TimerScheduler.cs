namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>The timers of one actor instance, on the system's clock.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, Running> _timers = [];
    private long _generation;

    private sealed record Running(long Generation, object Message, bool Repeats, ITimer Timer);

    /// <summary>What a timer puts into the mailbox. The generation tells a live timer's from a cancelled one's.</summary>
    internal sealed record Tick(TimerScheduler Owner, object Key, long Generation);

    public void StartSingleTimer(object key, object message, TimeSpan timeout) => Start(key, message, timeout, Timeout.InfiniteTimeSpan);

    public void StartPeriodicTimer(object key, object message, TimeSpan interval) => Start(key, message, interval, interval);

    public void StartPeriodicTimer(object key, object message, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, message, initialDelay, interval);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var running))
        {
            running.Timer.Dispose();
        }
    }

    public void CancelAll()
    {
        foreach (var running in _timers.Values)
        {
            running.Timer.Dispose();
        }

        _timers.Clear();
    }

    /// <returns>The message to deliver; null for a timer that is no more.</returns>
    internal object? Deliver(Tick tick)
    {
        if (!_timers.TryGetValue(tick.Key, out var running) || running.Generation != tick.Generation)
        {
            return null;
        }

        if (!running.Repeats)
        {
            Cancel(tick.Key);
        }

        return running.Message;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan interval)
    {
        Cancel(key);
        var tick = new Tick(this, key, ++_generation);
        var timer = cell.System.TimeProvider.CreateTimer(
            _ => cell.Self.Tell(tick, cell.Self), state: null, delay < TimeSpan.Zero ? TimeSpan.Zero : delay, interval);
        _timers[key] = new Running(tick.Generation, message, interval != Timeout.InfiniteTimeSpan, timer);
    }
}
