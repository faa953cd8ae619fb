using System.Diagnostics.CodeAnalysis;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>Runs tasks on the test's thread only, when told to, in an order that a seed decides: a whole cluster steps through
/// one repeatable history.</summary>
public sealed class StepScheduler(int? seed = null) : TaskScheduler
{
    private readonly Lock _lock = new();
    private readonly List<(ProcessLane? Lane, Task Task)> _ready = [];
    private readonly Random? _random = seed is { } value ? new Random(value) : null;

    public override int MaximumConcurrencyLevel => 1;

    public long Steps { get; private set; }

    /// <summary>Runs until nothing is ready: everything waits for time or for the test.</summary>
    public void RunUntilIdle()
    {
        while (TryTake(out var lane, out var task))
        {
            Steps++;
            if (lane is null)
                TryExecuteTask(task);
            else
                lane.Execute(task);
        }
    }

    internal void Add(ProcessLane? lane, Task task)
    {
        lock (_lock)
        {
            _ready.Add((lane, task));
        }
    }

    /// <summary>Takes out what a lane has ready.</summary>
    internal IReadOnlyList<Task> TakeAllOf(ProcessLane lane)
    {
        lock (_lock)
        {
            var taken = _ready.Where(r => r.Lane == lane).Select(r => r.Task).ToList();
            _ready.RemoveAll(r => r.Lane == lane);
            return taken;
        }
    }

    protected override void QueueTask(Task task) => Add(null, task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
        {
            return [.. _ready.Select(r => r.Task)];
        }
    }

    private bool TryTake(out ProcessLane? lane, [NotNullWhen(true)] out Task? task)
    {
        lock (_lock)
        {
            if (_ready.Count == 0)
            {
                (lane, task) = (null, null);
                return false;
            }

            var index = _random?.Next(_ready.Count) ?? 0;
            (lane, task) = _ready[index];
            _ready.RemoveAt(index);
            return true;
        }
    }
}
