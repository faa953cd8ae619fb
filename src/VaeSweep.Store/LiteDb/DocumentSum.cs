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
        {
            throw new ArgumentException(
                $"Document {DocumentName.Of(collection, document["_id"])} has {bytes} bytes; at most {MostBytes} are possible.",
                nameof(document));
        }
        document[Field] = unchecked((long)sum);
        return bytes;
    }

    public static bool Fits(string collection, BsonDocument document) =>
        document.TryGetValue(Field, out var sum) && sum.IsInt64 && Of(collection, document).Sum == unchecked((ulong)sum.AsInt64);

    private static void DemandKey(string collection, BsonValue id)
    {
        if (!id.IsInt64 && !(id.IsString && id.AsString.Length > 0 && Encoding.UTF8.GetByteCount(id.AsString) <= MostKeyBytes))
        {
            throw new ArgumentException(
                $"{collection}: '{id}' is no key; it must be an int64, or a string of 1 to {MostKeyBytes} bytes.", nameof(id));
        }
    }

    private static (ulong Sum, int Bytes) Of(string collection, BsonDocument document)
    {
        var bytes = SumBytes.Begin();
        Text(bytes, collection);
        var size = 0;
        // In the order in which LiteDB writes them, the key first.
        if (document.TryGetValue("_id", out var id))
            size += Text(bytes, "_id") + Value(bytes, id, "_id");
        foreach (var (name, value) in document)
        {
            if (name is not (Field or "_id"))
                size += Text(bytes, name) + Value(bytes, value, name);
        }

        return (bytes.Sum(), size);
    }

    private static int Value(SumBytes bytes, BsonValue value, string name)
    {
        bytes.Number((long)value.Type);
        switch (value.Type)
        {
            case BsonType.Null:
                return 1;
            case BsonType.Int32:
                return bytes.Number(value.AsInt32);
            case BsonType.Int64:
                return bytes.Number(value.AsInt64);
            case BsonType.Double:
                return bytes.Number(BitConverter.DoubleToInt64Bits(value.AsDouble));
            case BsonType.Boolean:
                return bytes.Number(value.AsBoolean ? 1 : 0);
            case BsonType.String:
                return Text(bytes, value.AsString);
            case BsonType.Binary:
                var binary = value.AsBinary;
                bytes.Add(binary);
                return bytes.Number(binary.Length) + binary.Length;
            case BsonType.Array:
                var size = bytes.Number(value.AsArray.Count);
                foreach (var item in value.AsArray)
                    size += Value(bytes, item, name) + 12;
                return size;
            case BsonType.Document:
                size = bytes.Number(value.AsDocument.Count);
                foreach (var (inner, item) in value.AsDocument.GetElements())
                    size += Text(bytes, inner) + Value(bytes, item, inner);
                return size;
            default:
                throw new ArgumentException(
                    $"'{name}' is a {value.Type}, which LiteDB does not give back as it was. Dates are int64 ticks.",
                    nameof(value));
        }
    }

    private static int Text(SumBytes bytes, string text)
    {
        var count = bytes.Text(text);
        return bytes.Number(count) + count;
    }
}
