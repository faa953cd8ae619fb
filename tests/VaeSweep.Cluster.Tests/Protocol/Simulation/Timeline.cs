namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>Virtual time: what is to happen happens in its order, at once.</summary>
internal sealed class Timeline
{
    /// <summary>A history that needs more goes round in circles.</summary>
    private const int MostEvents = 400_000;

    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private long _order;
    private int _done;

    public TimeSpan Now { get; private set; }

    public void After(TimeSpan delay, Action what) => _events.Enqueue(what, (Now + delay, _order++));

    /// <returns>False when the time has come first.</returns>
    public bool Until(Func<bool> reached, TimeSpan limit)
    {
        var end = Now + limit;
        while (!reached())
        {
            if (!_events.TryPeek(out _, out var next) || next.At > end)
            {
                Now = end;
                return false;
            }

            if (++_done > MostEvents)
                throw new InvalidOperationException($"After {MostEvents} events nothing has come to an end.");
            Now = next.At;
            _events.Dequeue()();
        }

        return true;
    }

    public void Pass(TimeSpan time) => Until(() => false, time);
}
