using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>Writes TensorBoard's event files: TFRecords that hold Event messages.</summary>
/// <remarks>A record is length (uint64, little-endian), masked CRC-32C of the length, the bytes, masked CRC-32C of the bytes
/// (tensorflow/core/lib/io/record_writer.h). An Event has wall_time (1, double), step (2, int64), file_version (3, string) or
/// summary (5); a Summary has values (1), each with tag (1, string) and simple_value (2, float), or metadata (9) with plugin_data
/// (1) of a plugin_name (1) and its content (2) (event.proto, summary.proto).</remarks>
internal sealed class EventFile
{
    private const uint MaskDelta = 0xa282ead8;
    private readonly Stream _stream;

    /// <param name="started">Seconds since 1970.</param>
    public EventFile(Stream stream, double started)
    {
        _stream = stream;
        var message = Event(started, 0);
        Bytes(message, 3, "brain.Event:2"u8);
        Record(message);
    }

    public void Scalar(string tag, long step, float value, double wallTime)
    {
        var inner = new MemoryStream();
        Bytes(inner, 1, Encoding.UTF8.GetBytes(tag));
        inner.WriteByte((2 << 3) | 5);
        Span<byte> number = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(number, value);
        inner.Write(number);

        var summary = new MemoryStream();
        Bytes(summary, 1, inner.ToArray());
        var message = Event(wallTime, step);
        Bytes(message, 5, summary.ToArray());
        Record(message);
    }

    /// <summary>What a plugin of TensorBoard keeps with a run; see <see cref="HparamsPlugin"/>.</summary>
    public void Plugin(string tag, string plugin, byte[] content, double wallTime)
    {
        var data = new MemoryStream();
        Bytes(data, 1, Encoding.UTF8.GetBytes(plugin));
        Bytes(data, 2, content);
        var metadata = new MemoryStream();
        Bytes(metadata, 1, data.ToArray());
        var inner = new MemoryStream();
        Bytes(inner, 1, Encoding.UTF8.GetBytes(tag));
        Bytes(inner, 9, metadata.ToArray());

        var summary = new MemoryStream();
        Bytes(summary, 1, inner.ToArray());
        var message = Event(wallTime, 0);
        Bytes(message, 5, summary.ToArray());
        Record(message);
    }

    private static MemoryStream Event(double wallTime, long step)
    {
        var message = new MemoryStream();
        message.WriteByte((1 << 3) | 1);
        Span<byte> number = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(number, wallTime);
        message.Write(number);
        if (step != 0)
        {
            message.WriteByte(2 << 3);
            Varint(message, (ulong)step);
        }

        return message;
    }

    private static void Bytes(MemoryStream message, int field, ReadOnlySpan<byte> content)
    {
        message.WriteByte((byte)((field << 3) | 2));
        Varint(message, (ulong)content.Length);
        message.Write(content);
    }

    private static void Varint(MemoryStream message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            message.WriteByte((byte)(value | 0x80));

        message.WriteByte((byte)value);
    }

    private void Record(MemoryStream message)
    {
        var content = message.GetBuffer().AsSpan(0, (int)message.Length);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        Span<byte> crc = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt64LittleEndian(length, content.Length);
        _stream.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Masked(length));
        _stream.Write(crc);
        _stream.Write(content);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Masked(content));
        _stream.Write(crc);
    }

    // Masked, because a CRC of bytes that contain CRCs is weak.
    private static uint Masked(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Crc32C.Of(bytes), 15) + MaskDelta;
}
