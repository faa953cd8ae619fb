using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace VaeSweep.Cluster.Former.Kernel;

/// <summary>What an actor system stands on; tests hand in their own clock and scheduler.</summary>
public sealed record ActorSystemSetup
{
    /// <summary>For timers and time-outs.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Where handlers run: the thread pool, or one that a test steps through.</summary>
    public TaskScheduler Dispatcher { get; init; } = TaskScheduler.Default;
}
