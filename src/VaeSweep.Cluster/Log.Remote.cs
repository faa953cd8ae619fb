using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster;

/// <summary>Event ids: 600 the way between nodes and heads on other machines, 650 files that are sent.</summary>
internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Warning, "A connection with {Peer} is refused: {Fault}")]
    public static partial void PeerRefused(ILogger logger, string peer, string fault);

    [LoggerMessage(601, LogLevel.Warning,
        "No way to the head at {Head}: {Why}. Training goes on; it is tried again for as long as it takes")]
    public static partial void HeadAway(ILogger logger, string head, string why);

    [LoggerMessage(602, LogLevel.Information, "The head at {Head} is there")]
    public static partial void HeadBack(ILogger logger, string head);

    [LoggerMessage(603, LogLevel.Information, "This node is {Link} for the head at {Head}")]
    public static partial void WireLinked(ILogger logger, string head, string link);

    [LoggerMessage(604, LogLevel.Warning, "The connection with the head at {Head} is made anew: {Why}")]
    public static partial void WireSpent(ILogger logger, string head, string why);

    [LoggerMessage(650, LogLevel.Warning, "Connections that send files cannot be taken now: {Reason}")]
    public static partial void FilesNotAccepted(ILogger logger, string reason);

    [LoggerMessage(651, LogLevel.Warning, "{What} waits to be sent, and is tried again: {Reason}")]
    public static partial void FileWaits(ILogger logger, string what, string reason);

    [LoggerMessage(652, LogLevel.Warning,
        "{Sweep}/{TrialId} attempt {Attempt} on {WorkerId}: a file of it does not get to the head: {Reason}")]
    public static partial void FileNotTaken(
        ILogger logger, string sweep, string trialId, int attempt, string workerId, string? reason);

    [LoggerMessage(653, LogLevel.Information, "Checkpoints and models go to {Folder}, {Way}")]
    public static partial void FilesPlaced(ILogger logger, string folder, string way);

    [LoggerMessage(654, LogLevel.Warning,
        "A file of a node finds no room: {Reason} Nodes train on, and send it when there is some")]
    public static partial void NoRoomForFiles(ILogger logger, string reason);
}
