using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>The checksum that each document carries, over its collection, its names and its values, in order.</summary>
/// <remarks>The collection is part of it, so that a document found without any index still says where it belongs.</remarks>
internal static class DocumentSum
{
    /// <summary>The field that holds it.</summary>
    public const string Field = "sum";

    /// <summary>LiteDB refuses documents above 16.7 MB and keys above 1,023 bytes.</summary>
    private const int MostBytes = 16_000_000;

    private const int MostKeyBytes = 1000;

    [ThreadStatic]
    private static XxHash3? _hash;

    /// <summary>Adds the sum to a document.</summary>
    /// <returns>About how many bytes it takes.</returns>
    /// <exception cref="ArgumentException">It has no key, a value of a kind that does not come back as it was, or is too
    /// large.</exception>
    public static int Seal(string collection, BsonDocument document)
    {
        document.Remove(Field);
        DemandKey(collection, document["_id"]);
        var (sum, bytes) = Of(collection, document);
        if (bytes > MostBytes)
            throw new ArgumentException(
                $"Document {DocumentName.Of(collection, document["_id"])} has {bytes} bytes; at most {MostBytes} are possible.",
                nameof(document));
        document[Field] = unchecked((long)sum);
        return bytes;
    }

    public static bool Fits(string collection, BsonDocument document) =>
        document.TryGetValue(Field, out var sum) && sum.IsInt64 && Of(collection, document).Sum == unchecked((ulong)sum.AsInt64);

    private static void DemandKey(string collection, BsonValue id)
    {
        if (!id.IsInt64 && !(id.IsString && id.AsString.Length > 0 && Encoding.UTF8.GetByteCount(id.AsString) <= MostKeyBytes))
            throw new ArgumentException(
                $"{collection}: '{id}' is no key; it must be an int64, or a string of 1 to {MostKeyBytes} bytes.", nameof(id));
    }

    private static (ulong Sum, int Bytes) Of(string collection, BsonDocument document)
    {
        var hash = _hash ??= new XxHash3();
        hash.Reset();
        var bytes = Text(hash, collection);
        // In the order in which LiteDB writes them, the key first.
        foreach (var (name, value) in document.GetElements())
        {
            if (name != Field)
                bytes += Text(hash, name) + Value(hash, value, name);
        }

        return (hash.GetCurrentHashAsUInt64(), bytes);
    }

    private static int Value(XxHash3 hash, BsonValue value, string name)
    {
        Number(hash, (long)value.Type);
        switch (value.Type)
        {
            case BsonType.Null:
                return 1;
            case BsonType.Int32:
                return Number(hash, value.AsInt32);
            case BsonType.Int64:
                return Number(hash, value.AsInt64);
            case BsonType.Double:
                return Number(hash, BitConverter.DoubleToInt64Bits(value.AsDouble));
            case BsonType.Boolean:
                return Number(hash, value.AsBoolean ? 1 : 0);
            case BsonType.String:
                return Text(hash, value.AsString);
            case BsonType.Binary:
                var binary = value.AsBinary;
                hash.Append(binary);
                return Number(hash, binary.Length) + binary.Length;
            case BsonType.Array:
                var bytes = Number(hash, value.AsArray.Count);
                foreach (var item in value.AsArray)
                    bytes += Value(hash, item, name) + 12;
                return bytes;
            case BsonType.Document:
                bytes = Number(hash, value.AsDocument.Count);
                foreach (var (inner, item) in value.AsDocument.GetElements())
                    bytes += Text(hash, inner) + Value(hash, item, inner);
                return bytes;
            default:
                throw new ArgumentException(
                    $"'{name}' is a {value.Type}, which LiteDB does not give back as it was. Dates are int64 ticks.",
                    nameof(value));
        }
    }

    private static int Number(XxHash3 hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.Append(bytes);
        return sizeof(long);
    }

    private static int Text(XxHash3 hash, string text)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (text.Length * 3 > bytes.Length)
            bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var count = Encoding.UTF8.GetBytes(text, bytes);
        hash.Append(bytes[..count]);
        return Number(hash, count) + count;
    }
}
