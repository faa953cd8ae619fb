using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>A file of a <see cref="SimulatedDisk"/>.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, string path, byte[] content, long stamp) : IDiskFile
{
    private const int Sector = 512;
    private readonly FileImage _image = new(content);

    public string Path => path;

    /// <summary>As it was when the journal began.</summary>
    public byte[] Before { get; } = content;

    public long Length => _image.Length;

    public long Stamp { get; private set; } = stamp;

    /// <summary>Where the last write went.</summary>
    public long LastWrite { get; private set; } = -1;

    public byte[] ToArray() => _image.ToArray();

    public int Read(long position, Span<byte> buffer) => _image.Read(position, buffer);

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        var entry = new JournalEntry(DiskOperation.Write, this, position, bytes.ToArray());
        var fails = disk.Fails?.Invoke(entry) == true;
        if (fails)
            bytes = disk.FailsHalfway ? bytes[..(bytes.Length / 2 / Sector * Sector)] : default;
        if (bytes.Length > 0)
        {
            (LastWrite, Stamp) = (position, Stamp + 1);
            _image.Write(position, bytes);
            disk.Note(fails ? entry with { Bytes = bytes.ToArray() } : entry);
        }

        if (fails)
            throw Failure();
    }

    public void SetLength(long length) => Do(new JournalEntry(DiskOperation.Length, this, length, null), () =>
    {
        Stamp++;
        _image.SetLength(length);
    });

    public void Sync()
    {
        if (!disk.IgnoresSync(this))
            Do(new JournalEntry(DiskOperation.Sync, this, 0, null), () => { });
    }

    /// <summary>Changes bytes behind everybody's back.</summary>
    public void Overwrite(long position, ReadOnlySpan<byte> bytes) => _image.Write(position, bytes);

    public void Dispose()
    {
    }

    private void Do(JournalEntry entry, Action action)
    {
        if (disk.Fails?.Invoke(entry) == true)
            throw Failure();
        action();
        disk.Note(entry);
    }

    private IOException Failure() => new($"simulated failure of '{path}'", disk.Error);
}
