using LiteDB;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

public sealed class LiteDbFileTests
{
    private readonly SimulatedDisk _disk = new();

    [Fact]
    public void Numbers_come_back_to_the_bit_and_texts_as_they_were()
    {
        double[] odd = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, 1.0 / 3,
            BitConverter.Int64BitsToDouble(0x7ff8000000000123)];
        using (var file = Open())
        {
            file.Commit(new StoreChanges().Upsert("trials", new BsonDocument
            {
                ["_id"] = 5L, ["odd"] = new BsonArray(odd.Select(value => new BsonValue(value))),
                    ["ticks"] = 638_000_000_000_000_001L, ["text"] = "Zürich\n\"", ["none"] = BsonValue.Null,
                ["inner"] = new BsonDocument { ["yes"] = true, ["bytes"] = new byte[] { 0, 255 } },
            }));
        }

        using var again = Open();
        var document = again.Find("trials", 5L)!;
        Assert.Equal(odd.Select(BitConverter.DoubleToInt64Bits),
            document["odd"].AsArray.Select(value => BitConverter.DoubleToInt64Bits(value.AsDouble)));
        Assert.Equal((638_000_000_000_000_001L, "Zürich\n\""), (document["ticks"].AsInt64, document["text"].AsString));
        Assert.Equal([0, 255], document["inner"]["bytes"].AsBinary);
    }

    [Fact]
    public void What_would_not_come_back_the_same_is_refused_before_anything_is_written()
    {
        var changes = new StoreChanges();

        Assert.Throws<ArgumentException>(() =>
            changes.Upsert("trials",
            new BsonDocument { ["_id"] = 1L, ["at"] = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc) }));
        Assert.Throws<ArgumentException>(() =>
            changes.Upsert("trials", new BsonDocument { ["_id"] = 1L, ["blob"] = new byte[17_000_000] }));
        Assert.Throws<ArgumentException>(() => changes.Upsert("trials", new BsonDocument { ["name"] = "no key" }));
        Assert.Throws<ArgumentException>(() => changes.Upsert("trials", new BsonDocument { ["_id"] = new string('k', 1200) }));
        Assert.Equal(0, changes.Count);
    }

    [Fact]
    public void Keys_that_are_texts_differ_by_case()
    {
        using var file = Open();
        file.Commit(new StoreChanges().Upsert("nodes", new BsonDocument { ["_id"] = "GPU-1", ["n"] = 1 })
            .Upsert("nodes", new BsonDocument { ["_id"] = "gpu-1", ["n"] = 2 }));

        Assert.Equal(1, file.Find("nodes", "GPU-1")!["n"].AsInt32);
        Assert.Equal(2, file.Find("nodes", "gpu-1")!["n"].AsInt32);
        Assert.Null(file.Find("nodes", "Gpu-1"));
    }

    [Fact]
    public void A_commit_does_its_changes_in_order_and_costs_one_sync()
    {
        using var file = Open();
        var syncs = file.LogSyncs;

        file.Commit([
            new StoreChanges().Upsert("trials", Document(1, 1)).Upsert("trials", Document(2, 1)).Delete("trials", 1L)
                .Upsert("trials", Document(1, 2)),
            new StoreChanges().Delete("trials", 2L).Delete("sweeps", 9L).Upsert("sweeps", Document(3, 3)),
        ]);

        Assert.Equal(1, file.LogSyncs - syncs);
        Assert.Equal(2, file.Find("trials", 1L)!["v"].AsInt32);
        Assert.Null(file.Find("trials", 2L));
        Assert.NotNull(file.Find("sweeps", 3L));
    }

    [Fact]
    public void A_collection_is_read_in_slices_in_the_order_of_its_keys()
    {
        using var file = Open();
        var changes = new StoreChanges();
        foreach (var id in Enumerable.Range(0, 1234).Select(i => (i * 7919L) % 1234))
            changes.Upsert("trials", Document(id, 0));
        file.Commit(changes);

        Assert.Equal(Enumerable.Range(0, 1234), file.ReadAll("trials").Select(document => (int)document["_id"].AsInt64));
        Assert.Equal(Enumerable.Range(100, 800),
            file.ReadAll("trials", 100L, 899L).Select(document => (int)document["_id"].AsInt64));
        Assert.Equal([1231, 1232, 1233], file.After("trials", 1230L).Select(document => (int)document["_id"].AsInt64));
        Assert.Empty(file.ReadAll("configs"));
    }

    [Fact]
    public void A_closed_file_is_a_plain_LiteDB_file_with_an_empty_log()
    {
        using (var file = Open())
            file.Commit(new StoreChanges().Upsert("trials", Document(1, 42)));

        Assert.Equal(LogHeader.Bytes, _disk[PageStore.LogPath("store")].Length);
        using var plain = new LiteDatabase(new MemoryStream(_disk["store"].ToArray()));
        Assert.Equal(42, plain.GetCollection("trials").FindById(1L)["v"].AsInt32);
    }

    [Fact]
    public void A_reader_sees_what_a_killed_writer_committed_and_writes_nothing()
    {
        var writer = Open();
        writer.Commit(new StoreChanges().Upsert("trials", Document(1, 1)));
        writer.Checkpoint();
        writer.Commit(new StoreChanges().Upsert("trials", Document(1, 2)).Upsert("trials", Document(2, 1)));
        writer.Abandon();
        var left = _disk.Copy();

        using (var reader = LiteDbFile.Open(left, "store", DiskAccess.Read))
        {
            Assert.Equal(2, reader.Find("trials", 1L)!["v"].AsInt32);
            Assert.NotNull(reader.Find("trials", 2L));
            Assert.Throws<InvalidOperationException>(() => reader.Commit(new StoreChanges().Delete("trials", 1L)));
        }

        Assert.Empty(left.Journal);
    }

    private LiteDbFile Open() => LiteDbFile.Open(_disk, "store", DiskAccess.Write);

    private static BsonDocument Document(long id, int version) => new() { ["_id"] = id, ["v"] = version };
}
