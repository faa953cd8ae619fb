using Microsoft.Extensions.Logging;
using VaeSweep.Cluster.Kernel;

namespace VaeSweep.Cluster;

/// <summary>Everything this project logs. Event ids: 100 the kernel, 200 the node, 300 workers, 400 aggregator, 500 coordinator.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Critical, "Actor system {SystemName} failed and stops")]
    public static partial void SystemFailed(ILogger logger, string systemName, Exception cause);

    [LoggerMessage(101, LogLevel.Warning, "{ActorPath} failed: {Directive}")]
    public static partial void ChildFailed(ILogger logger, string actorPath, Directive directive, Exception cause);

    [LoggerMessage(102, LogLevel.Error, "PostStop of {ActorPath} failed; the actor has ended all the same")]
    public static partial void PostStopFailed(ILogger logger, string actorPath, Exception cause);

    [LoggerMessage(103, LogLevel.Error, "PreRestart of {ActorPath} failed; the actor restarts all the same")]
    public static partial void PreRestartFailed(ILogger logger, string actorPath, Exception cause);

    [LoggerMessage(104, LogLevel.Warning, "{ActorPath} failed while it was ending")]
    public static partial void FailedWhileEnding(ILogger logger, string actorPath, Exception cause);
}
