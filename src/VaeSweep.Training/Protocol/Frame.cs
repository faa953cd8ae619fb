using System.Buffers.Binary;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>One message between a node and its trainer: a 12-byte header and a payload.</summary>
/// <remarks>Header: 'V' 'S', version, 0; payload length and CRC-32C of the payload, both 32-bit little-endian. The magic and the
/// checksum turn anything that is not a frame (a library that printed to the wrong stream, another program) into an error that
/// names what was found.</remarks>
public static class Frame
{
    public const byte Version = 1;

    /// <summary>Largest payload; far above any report, so that a wrong length cannot ask for all memory.</summary>
    public const int MaxPayload = 64 << 20;

    private const int HeaderLength = 12;

    /// <summary>Writes one frame. The caller keeps writers of one stream apart.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > MaxPayload)
            throw new FrameException($"A frame of {payload.Length} bytes was to be sent; the largest allowed is {MaxPayload}.");

        var frame = new byte[HeaderLength + payload.Length];
        frame[0] = (byte)'V';
        frame[1] = (byte)'S';
        frame[2] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Crc32C.Of(payload));
        payload.CopyTo(frame.AsSpan(HeaderLength));

        // One write: a reader never waits inside a frame for a writer that was switched out between header and payload.
        stream.Write(frame);
        stream.Flush();
    }

    /// <summary>Reads the next frame's payload, or null when the stream ended between two frames.</summary>
    /// <exception cref="FrameException">What was read is no frame, or the stream ended inside one.</exception>
    public static byte[]? Read(Stream stream)
    {
        var header = new byte[HeaderLength];
        var got = stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (got == 0)
            return null;

        var length = CheckHeader(header.AsSpan(0, got));
        var payload = new byte[length];
        got = stream.ReadAtLeast(payload, length, throwOnEndOfStream: false);
        return CheckPayload(header, payload, got);
    }

    private static int CheckHeader(ReadOnlySpan<byte> header)
    {
        if (header[0] != 'V' || (header.Length > 1 && header[1] != 'S'))
            throw new FrameException($"Expected a frame, found {Show(header)}.");

        if (header.Length < HeaderLength)
            throw new FrameException($"The stream ended after {header.Length} of a frame header's {HeaderLength} bytes.");

        if (header[2] != Version || header[3] != 0)
        {
            throw new FrameException($"Frame version {header[2]}.{header[3]} was received, this program speaks {Version}.0; both "
                + "ends must be the same build.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        return length is >= 0 and <= MaxPayload
            ? length
            : throw new FrameException($"A frame claims {(uint)length} bytes; the largest allowed is {MaxPayload}.");
    }

    private static byte[] CheckPayload(ReadOnlySpan<byte> header, byte[] payload, int got)
    {
        if (got < payload.Length)
            throw new FrameException($"The stream ended after {got} of a frame's {payload.Length} bytes.");

        var expected = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        var actual = Crc32C.Of(payload);
        return expected == actual
            ? payload
            : throw new FrameException($"A frame of {payload.Length} bytes arrived damaged: checksum {actual:x8}, "
                + $"expected {expected:x8}.");
    }

    private static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder("\"");
        foreach (var b in bytes)
            text.Append(b is >= 0x20 and < 0x7f ? ((char)b).ToString() : $"\\x{b:x2}");

        return text.Append('"').ToString();
    }
}
