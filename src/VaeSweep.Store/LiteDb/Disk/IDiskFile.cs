namespace VaeSweep.Store.LiteDb;

/// <summary>One file as the page streams use it, so that tests can put a simulated disk under them.</summary>
/// <remarks>What was written may reach the disk in any order, in part, or not at all, until <see cref="Sync"/> has returned.
/// Used by one thread at a time. Failures are <see cref="IOException"/>s.</remarks>
internal interface IDiskFile : IDisposable
{
    string Path { get; }

    /// <summary>In bytes.</summary>
    long Length { get; }

    /// <summary>Changes when anybody writes to the file; the file system's time of the last change.</summary>
    long Stamp { get; }

    /// <returns>How many bytes were read; fewer than asked only at the end of the file.</returns>
    int Read(long position, Span<byte> buffer);

    void Write(long position, ReadOnlySpan<byte> bytes);

    void SetLength(long length);

    /// <summary>Returns when everything written before is on the disk.</summary>
    void Sync();
}
