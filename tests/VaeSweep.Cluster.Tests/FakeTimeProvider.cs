namespace VaeSweep.Cluster.Tests;

/// <summary>A clock that stands still until a test turns it. Timers fire inside <see cref="Advance"/>, in the order they are
/// due.</summary>
public sealed class FakeTimeProvider : TimeProvider
{
    private static readonly DateTimeOffset _start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Lock _lock = new();
    private readonly SortedSet<FakeTimer> _timers = new(
        Comparer<FakeTimer>.Create((a, b) => (a.Due, a.Number).CompareTo((b.Due, b.Number))));
    private long _ticks;
    private long _nextNumber;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Since this clock was made.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    /// <summary>When the next timer is due; null when none runs.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_lock)
            {
                return _timers.Min is { } first ? TimeSpan.FromTicks(first.Due) : null;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state, Interlocked.Increment(ref _nextNumber));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by) => AdvanceTo(Elapsed + by);

    public void AdvanceTo(TimeSpan target)
    {
        while (true)
        {
            FakeTimer? due;
            lock (_lock)
            {
                due = _timers.Min;
                if (due is null || due.Due > target.Ticks)
                {
                    Interlocked.Exchange(ref _ticks, Math.Max(_ticks, target.Ticks));
                    return;
                }

                _timers.Remove(due);
                Interlocked.Exchange(ref _ticks, Math.Max(_ticks, due.Due));
                if (due.Period > TimeSpan.Zero)
                {
                    due.Due += due.Period.Ticks;
                    _timers.Add(due);
                }
            }

            due.Fire();
        }
    }

    private sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state, long number) : ITimer
    {
        public long Number { get; } = number;

        public long Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                Period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    Due = clock._ticks + dueTime.Ticks;
                    clock._timers.Add(this);
                }

                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
