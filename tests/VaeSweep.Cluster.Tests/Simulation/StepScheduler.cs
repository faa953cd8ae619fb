using System.Diagnostics.CodeAnalysis;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>Runs tasks on the test's thread only, when told to, in an order that a seed decides: a whole cluster steps through one repeatable history.</summary>
public sealed class StepScheduler(int? seed = null) : TaskScheduler
{
    private readonly Lock _lock = new();
    private readonly List<Task> _ready = [];
    private readonly Random? _random = seed is { } value ? new Random(value) : null;

    public override int MaximumConcurrencyLevel => 1;

    public long Steps { get; private set; }

    /// <summary>Runs until nothing is ready: everything waits for time or for the test.</summary>
    public void RunUntilIdle()
    {
        while (TryTake(out var task))
        {
            Steps++;
            TryExecuteTask(task);
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            _ready.Add(task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
        {
            return [.. _ready];
        }
    }

    private bool TryTake([NotNullWhen(true)] out Task? task)
    {
        lock (_lock)
        {
            if (_ready.Count == 0)
            {
                task = null;
                return false;
            }

            var index = _random?.Next(_ready.Count) ?? 0;
            task = _ready[index];
            _ready.RemoveAt(index);
            return true;
        }
    }
}
