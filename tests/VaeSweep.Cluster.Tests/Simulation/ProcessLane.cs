namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>Where one simulated process's tasks run: it can be halted and go on later (SIGSTOP, SIGCONT), or never run again
/// (SIGKILL).</summary>
public sealed class ProcessLane(StepScheduler steps) : TaskScheduler
{
    private readonly List<Task> _held = [];

    public bool Halted { get; private set; }

    public bool Killed { get; private set; }

    public override int MaximumConcurrencyLevel => 1;

    public void Halt()
    {
        Halted = true;
        _held.AddRange(steps.TakeAllOf(this));
    }

    public void Continue()
    {
        Halted = false;
        foreach (var task in _held)
            steps.Add(this, task);

        _held.Clear();
    }

    public void Kill()
    {
        Killed = true;
        _held.Clear();
        steps.TakeAllOf(this);
    }

    internal void Execute(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task)
    {
        if (Halted)
            _held.Add(task);
        else if (!Killed)
            steps.Add(this, task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _held];
}
