using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster;

/// <content>Heads: 600.</content>
internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Information, "The head of {Store} answers at {Address} after {Seconds:0.00} s")]
    public static partial void HeadStarted(ILogger logger, string store, string address, double seconds);

    [LoggerMessage(601, LogLevel.Critical, "The head of {Store} has failed and ends")]
    public static partial void HeadFailed(ILogger logger, string store, Exception cause);

    [LoggerMessage(602, LogLevel.Warning, "{Store} cannot be used; nodes train on and wait: {Reason}")]
    public static partial void HeadWaits(ILogger logger, string store, string reason);

    [LoggerMessage(603, LogLevel.Warning, "Node {NodeId} was not heard for {Seconds:0} s; trials of its queued again: {Trials}")]
    public static partial void LeaseEnded(ILogger logger, string nodeId, double seconds, int trials);

    [LoggerMessage(604, LogLevel.Warning, "Node {NodeId} has ended without a word; trials of its queued again: {Trials}")]
    public static partial void NodeEnded(ILogger logger, string nodeId, int trials);

    [LoggerMessage(605, LogLevel.Warning, "A {MessageType} from {Sender} is nothing that a head hears, and was dropped")]
    public static partial void MessageDropped(ILogger logger, string messageType, string sender);

    [LoggerMessage(606, LogLevel.Error, "Files that nobody needs any more could not be looked after")]
    public static partial void HousekeepingFailed(ILogger logger, Exception cause);

    [LoggerMessage(607, LogLevel.Warning, "The head of {Store} ends although {What} did not end in time")]
    public static partial void EndsLate(ILogger logger, string store, string what);
}
