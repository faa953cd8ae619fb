using System.Buffers.Binary;
using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Files;

/// <summary>Frames of at most 16 KB on a stream: four bytes of length, and what they hold.</summary>
internal static class FileFrames
{
    private const int MostBytes = 16_384;

    public static async Task WriteAsync(Stream stream, byte[] bytes, CancellationToken cancellationToken)
    {
        var frame = new byte[sizeof(int) + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, bytes.Length);
        bytes.CopyTo(frame, sizeof(int));
        await stream.WriteAsync(frame, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <returns>Null when the stream ends before it.</returns>
    /// <exception cref="ProtocolException">No frame can have that length.</exception>
    /// <exception cref="IOException">It ends within it.</exception>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[sizeof(int)];
        var count = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        if (count == 0)
            return null;
        if (count < head.Length)
            throw new EndOfStreamException();
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is < 0 or > MostBytes)
            throw new ProtocolException($"A frame of {length} bytes; {MostBytes} are allowed.");
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
