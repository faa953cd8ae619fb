namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>The bytes of a file.</summary>
internal sealed class FileImage(byte[] content)
{
    private const long Most = 256L << 20;
    private byte[] _bytes = [.. content];

    public long Length { get; private set; } = content.Length;

    public byte[] ToArray() => _bytes[..(int)Length];

    public Span<byte> Slice(long position, long count) => _bytes.AsSpan((int)position, (int)count);

    public int Read(long position, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - position, 0, buffer.Length);
        if (count > 0)
            _bytes.AsSpan((int)position, count).CopyTo(buffer);
        return count;
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        if (position + bytes.Length > Length)
            SetLength(position + bytes.Length);
        bytes.CopyTo(_bytes.AsSpan((int)position));
    }

    /// <summary>What is new is zero.</summary>
    public void SetLength(long length)
    {
        if (length > Most)
            throw new InvalidOperationException($"A file of {length} bytes is more than is simulated.");
        if (length > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Max(length, (_bytes.Length * 2L) + 65536));
        if (length > Length)
            _bytes.AsSpan((int)Length, (int)(length - Length)).Clear();
        Length = length;
    }

    public void Do(JournalEntry entry)
    {
        if (entry.Operation == DiskOperation.Write)
            Write(entry.Position, entry.Bytes);
        else if (entry.Operation == DiskOperation.Length)
            SetLength(entry.Position);
    }
}
