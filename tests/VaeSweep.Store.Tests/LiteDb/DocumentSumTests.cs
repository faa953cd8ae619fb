using System.IO.Hashing;
using System.Text;
using LiteDB;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

public sealed class DocumentSumTests
{
    [Fact]
    public void A_sum_is_that_of_all_bytes_in_a_row_whatever_their_number()
    {
        var random = new Random(3);
        foreach (var length in (int[])[0, 1, 40, 1330, 1365, 1366, 4095, 4096, 4097, 30_000])
        {
            var blob = new byte[length];
            random.NextBytes(blob);
            foreach (var text in (string[])["", "words", new string('x', length), new string('€', length)])
            {
                var document = new BsonDocument
                {
                    ["_id"] = 7L, ["text"] = text, ["blob"] = blob, ["again"] = text, ["last"] = 1.5,
                };

                DocumentSum.Seal("things", document);

                Assert.Equal(unchecked((long)Expected(text, blob)), document[DocumentSum.Field].AsInt64);
                Assert.True(DocumentSum.Fits("things", document));
                document["last"] = 1.25;
                Assert.False(DocumentSum.Fits("things", document));
            }
        }
    }

    private static ulong Expected(string text, byte[] blob)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        Text("things");
        Text("_id");
        writer.Write((long)BsonType.Int64);
        writer.Write(7L);
        Text("text");
        writer.Write((long)BsonType.String);
        Text(text);
        Text("blob");
        writer.Write((long)BsonType.Binary);
        writer.Write(blob);
        writer.Write((long)blob.Length);
        Text("again");
        writer.Write((long)BsonType.String);
        Text(text);
        Text("last");
        writer.Write((long)BsonType.Double);
        writer.Write(1.5);
        return XxHash3.HashToUInt64(bytes.ToArray());

        void Text(string value)
        {
            var utf8 = Encoding.UTF8.GetBytes(value);
            writer.Write(utf8);
            writer.Write((long)utf8.Length);
        }
    }
}
