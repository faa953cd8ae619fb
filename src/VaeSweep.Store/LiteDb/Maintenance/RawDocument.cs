using System.Buffers.Binary;
using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>Reads BSON that may be anything: looked over first, so that no damaged length or depth ends in a crash.</summary>
internal static class RawDocument
{
    private const int MostDepth = 64;
    private const int LeastBytes = 5;

    /// <param name="bytes">May be longer than the document.</param>
    /// <returns>Null when it is no document.</returns>
    public static BsonDocument? Parse(ReadOnlySpan<byte> bytes)
    {
        if (!IsDocument(bytes, 0, out var length))
            return null;
        try
        {
            return BsonSerializer.Deserialize(bytes[..length].ToArray());
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>Of bytes that begin a document: its key, where that is the first field.</summary>
    /// <returns>Null when it cannot be told.</returns>
    public static BsonValue? Key(ReadOnlySpan<byte> bytes)
    {
        const byte Int64 = 0x12, Text = 0x02;
        if (bytes.Length < 9 || !bytes.Slice(5, 4).SequenceEqual("_id\0"u8))
            return null;
        var value = bytes[9..];
        if (bytes[4] == Int64 && value.Length >= sizeof(long))
            return BinaryPrimitives.ReadInt64LittleEndian(value);
        if (bytes[4] != Text || value.Length < sizeof(int))
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(value);
        return length >= 1 && length <= value.Length - sizeof(int)
            ? System.Text.Encoding.UTF8.GetString(value.Slice(sizeof(int), length - 1)) : null;
    }

    private static bool IsDocument(ReadOnlySpan<byte> bytes, int depth, out int length)
    {
        length = 0;
        if (depth > MostDepth || bytes.Length < LeastBytes)
            return false;
        length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < LeastBytes || length > bytes.Length || bytes[length - 1] != 0)
            return false;
        var left = bytes[sizeof(int)..(length - 1)];
        while (!left.IsEmpty)
        {
            var type = left[0];
            var end = left[1..].IndexOf((byte)0);
            if (end < 0)
                return false;
            left = left[(end + 2)..];
            if (!TrySize(type, left, depth, out var size) || size > left.Length)
                return false;
            left = left[size..];
        }

        return true;
    }

    /// <summary>Bytes of a value, by BSON's types.</summary>
    private static bool TrySize(byte type, ReadOnlySpan<byte> value, int depth, out int size)
    {
        switch (type)
        {
            case 0x01 or 0x09 or 0x12:
                size = 8;
                return true;
            case 0x02:
                size = 0;
                if (value.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(value) is var text
                    && (text < 1 || text > value.Length - sizeof(int)))
                {
                    return false;
                }
                size = sizeof(int) + text;
                return true;
            case 0x03 or 0x04:
                return IsDocument(value, depth + 1, out size);
            case 0x05:
                size = 0;
                if (value.Length < LeastBytes || BinaryPrimitives.ReadInt32LittleEndian(value) is var count
                    && (count < 0 || count > value.Length - LeastBytes))
                {
                    return false;
                }
                size = LeastBytes + count;
                return true;
            case 0x07:
                size = 12;
                return true;
            case 0x08:
                size = 1;
                return true;
            case 0x0a or 0xff or 0x7f:
                size = 0;
                return true;
            case 0x10:
                size = 4;
                return true;
            case 0x13:
                size = 16;
                return true;
            default:
                size = 0;
                return false;
        }
    }
}
