using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster;

/// <content>Searches: 700 to 799.</content>
internal static partial class Log
{
    [LoggerMessage(700, LogLevel.Debug, "Sweep {SweepId}: {Trials} trials {Origin}; {ToCome} to come")]
    public static partial void TrialsProposed(ILogger logger, string sweepId, int trials, string? origin, long toCome);

    [LoggerMessage(701, LogLevel.Warning, "Sweep {SweepId}: the search ends, for {Reason}")]
    public static partial void SearchExhausted(ILogger logger, string sweepId, string reason);

    [LoggerMessage(702, LogLevel.Error, "Sweep {SweepId}: its search cannot go on: {Reason}")]
    public static partial void SearchUnreadable(ILogger logger, string sweepId, string reason);

    [LoggerMessage(703, LogLevel.Error, "Searches cannot go on, and are tried again every second")]
    public static partial void SearchFailed(ILogger logger, Exception failure);

    [LoggerMessage(704, LogLevel.Debug, "Sweep {SweepId}: the best {Points} are confirmed by {Trials} trials, round {Round}")]
    public static partial void SearchConfirmed(ILogger logger, string sweepId, int points, int trials, int round);
}
