namespace VaeSweep.Cluster.Files;

/// <summary>What is wrong with a disk, by what .NET says of it.</summary>
internal static class FileErrors
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int TryAgain = 11;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <param name="what">What was done, for a person.</param>
    public static FileTransferException Of(Exception failure, string what) => failure.HResult switch
    {
        NoSpace or QuotaExceeded or WindowsDiskFull =>
            new FileTransferException(FileFault.NoRoom, $"{what}: the disk is full. Free some room there.", failure),
        TryAgain or WindowsSharingViolation =>
            new FileTransferException(FileFault.Busy, $"{what}: it is being sent by somebody else just now.", failure),
        _ => new FileTransferException(FileFault.Failed, $"{what}: {failure.Message}", failure),
    };
}
