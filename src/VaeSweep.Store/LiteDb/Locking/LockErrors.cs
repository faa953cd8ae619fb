namespace VaeSweep.Store.LiteDb;

/// <summary>What .NET says when a file cannot be locked.</summary>
internal static class LockErrors
{
    public const int ReadOnlyFileSystem = 30;
    private const int TryAgain = 11;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <summary>Whether somebody else's lock is in the way.</summary>
    public static bool IsHeld(IOException error) => error.HResult is TryAgain or WindowsSharingViolation;
}
