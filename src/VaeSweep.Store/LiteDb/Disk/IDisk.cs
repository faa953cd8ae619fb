namespace VaeSweep.Store.LiteDb;

/// <summary>How a file is opened.</summary>
internal enum DiskAccess
{
    /// <summary>To read; others may read as well.</summary>
    Read,

    /// <summary>To read and write, and to keep everybody out who asks for the file by .NET's own locks (LiteDB does); made where
    /// it is missing.</summary>
    Write,
}

/// <summary>Where the files of a store lie.</summary>
internal interface IDisk
{
    bool Exists(string path);

    /// <exception cref="IOException">It is not there, or somebody else has it.</exception>
    IDiskFile Open(string path, DiskAccess access);

    void Delete(string path);

    /// <summary>Bytes that can still be written beside a file.</summary>
    long FreeBytes(string path);
}
