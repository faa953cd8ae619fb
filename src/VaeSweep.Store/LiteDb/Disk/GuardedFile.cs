namespace VaeSweep.Store.LiteDb;

/// <summary>A file that takes no write after a <see cref="WriteFault"/>.</summary>
internal sealed class GuardedFile(IDiskFile file, WriteFault fault) : IDiskFile
{
    public string Path => file.Path;
    public long Length => file.Length;
    public long Stamp => file.Stamp;

    /// <summary>For writes that may fail without harm.</summary>
    public IDiskFile Unguarded => file;

    public int Read(long position, Span<byte> buffer) => file.Read(position, buffer);

    /// <exception cref="StoreDamagedException">The file ends before.</exception>
    public void ReadExactly(long position, Span<byte> buffer)
    {
        if (Read(position, buffer) < buffer.Length)
        {
            throw new StoreDamagedException(
                $"'{Path}' ends at byte {Length}; there should be more, up to byte {position + buffer.Length}.");
        }
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        fault.Demand();
        try
        {
            file.Write(position, bytes);
        }
        catch (Exception error) when (fault.Note(error))
        {
            throw;
        }
    }

    public void SetLength(long length)
    {
        fault.Demand();
        try
        {
            file.SetLength(length);
        }
        catch (Exception error) when (fault.Note(error))
        {
            throw;
        }
    }

    public void Sync()
    {
        fault.Demand();
        try
        {
            file.Sync();
        }
        catch (Exception error) when (fault.Note(error))
        {
            throw;
        }
    }

    public void Dispose() => file.Dispose();
}
