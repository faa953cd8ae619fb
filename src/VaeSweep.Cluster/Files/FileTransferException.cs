namespace VaeSweep.Cluster.Files;

/// <summary>A file was not sent; the message says why, for a person.</summary>
internal sealed class FileTransferException(FileFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public FileFault Fault { get; } = fault;

    /// <summary>It may come right without anybody's doing.</summary>
    public bool MayPass => Fault is not (FileFault.Refused or FileFault.BadName or FileFault.TooLarge or FileFault.Missing);
}
