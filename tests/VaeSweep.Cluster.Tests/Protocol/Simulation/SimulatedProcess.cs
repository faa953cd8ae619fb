namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>A process that can be killed and frozen: what reaches it while it is frozen waits.</summary>
internal abstract class SimulatedProcess(Timeline time, Random random)
{
    private readonly List<Action> _waiting = [];

    public bool Dead { get; private set; }

    public bool Frozen { get; private set; }

    protected Timeline Time { get; } = time;

    public virtual void Kill()
    {
        Dead = true;
        _waiting.Clear();
    }

    public void Freeze() => Frozen = true;

    /// <summary>Timers and messages have waited side by side: nobody knows which comes first.</summary>
    public void Thaw()
    {
        Frozen = false;
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        random.Shuffle(waiting);
        foreach (var what in waiting)
            Post(what);
    }

    /// <summary>Something happens to it now.</summary>
    public void Post(Action what)
    {
        if (Dead)
            return;
        if (Frozen)
            _waiting.Add(what);
        else
            what();
    }

    protected void After(TimeSpan delay, Action what) => Time.After(delay, () => Post(what));
}
