namespace VaeSweep.Cluster.Files;

/// <summary>Why a file was not sent.</summary>
internal enum FileFault
{
    /// <summary>The head is away, or the connection broke off. What was sent so far need not be sent again.</summary>
    Unreachable,

    /// <summary>The token or the certificate is wrong.</summary>
    Refused,

    /// <summary>No file may have that name there.</summary>
    BadName,

    TooLarge,

    /// <summary>The receiver's disk is full.</summary>
    NoRoom,

    /// <summary>What arrived is not what was sent. It is forgotten.</summary>
    Corrupted,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>Somebody else is sending the same file just now.</summary>
    Busy,

    /// <summary>The receiver could not write or read it.</summary>
    Failed,
}
