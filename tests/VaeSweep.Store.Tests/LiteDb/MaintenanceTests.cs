using LiteDB;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>Back-ups, restoring, compacting and adopting.</summary>
public sealed class MaintenanceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Store => _folder.File("store.db");

    private string Backup => _folder.File("backup");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_back_up_made_while_commits_go_on_is_the_store_at_one_moment()
    {
        using var held = await TakeAsync();
        await using (var writer = await LiteDbWriter.StartAsync(held, TimeProvider.System,
            new WriterOptions { CheckpointPages = 50 }))
        {
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => writer.CommitAsync(Pair(i, 1, 20_000))));
            var backup = StoreBackup.RunAsync(writer, Backup, Token);
            for (var version = 2; !backup.IsCompleted; version++)
                await Task.WhenAll(Enumerable.Range(0, 20).Select(i => writer.CommitAsync(Pair(i, version, 20_000))));
            await backup;

            Assert.True(await writer.ReadAsync(file => file.ReadAll("trials").Max(document => document["v"].AsInt32)) >= 1);
        }

        using (var other = await StoreLock.TakeAsync(_folder.File("other.db"), TimeProvider.System, Token))
        {
            StoreBackup.Restore(other, Backup, Token);
            using var file = LiteDbFile.Open(other);
            var trials = file.ReadAll("trials")
                .ToDictionary(document => document["_id"].AsInt64, document => document["v"].AsInt32);
            Assert.Equal(300, trials.Count);
            Assert.All(file.ReadAll("attempts"), attempt => Assert.Equal(trials[attempt["_id"].AsInt64], attempt["v"].AsInt32));
        }

        using (var tool = new LiteDatabase(new ConnectionString { Filename = Backup, ReadOnly = true }))
            Assert.Equal(300, tool.GetCollection("trials").Count());
    }

    [Fact]
    public async Task A_restored_store_is_what_it_was_with_a_new_generation()
    {
        using var held = await TakeAsync();
        StoreIdentity before;
        using (var file = LiteDbFile.Open(held))
        {
            before = file.Identity!;
            file.Commit(Pair(1, 1));
        }

        StoreBackup.Run(held, Backup, Token);
        using (var file = LiteDbFile.Open(held))
            file.Commit(Pair(1, 2).Upsert("trials", new BsonDocument { ["_id"] = 2L }));

        StoreBackup.Restore(held, Backup, Token);

        using var restored = LiteDbFile.Open(held);
        Assert.Equal(1, restored.Find("trials", 1L)!["v"].AsInt32);
        Assert.Null(restored.Find("trials", 2L));
        Assert.Equal(before.Identity, restored.Identity!.Identity);
        Assert.NotEqual(before.Generation, restored.Identity.Generation);
    }

    [Fact]
    public async Task A_damaged_back_up_is_refused_and_the_store_stays_as_it_is()
    {
        using var held = await TakeAsync();
        using (var file = LiteDbFile.Open(held))
            file.Commit(Pair(1, 1, 30_000));
        StoreBackup.Run(held, Backup, Token);
        var whole = await File.ReadAllBytesAsync(Backup, Token);

        foreach (var damaged in new[] { whole[..^8192], whole[..^100], [], [.. whole[..20_000], 1, .. whole[20_001..]] })
        {
            await File.WriteAllBytesAsync(Backup, damaged, Token);
            Assert.ThrowsAny<StoreException>(() => StoreBackup.Restore(held, Backup, Token));
        }

        Assert.Contains("there already", Assert.Throws<StoreException>(() => StoreBackup.Run(held, Backup, Token)).Message,
            StringComparison.Ordinal);
        using var still = LiteDbFile.Open(held);
        Assert.NotNull(still.Find("trials", 1L));
    }

    [Fact]
    public async Task A_newer_versions_back_up_is_refused_and_the_store_stays_as_it_is()
    {
        using var held = await TakeAsync();
        using (var file = LiteDbFile.Open(held))
        {
            var store = file.Find(StoreCollections.Meta, StorePlace.Key)!;
            store["format"] = 99;
            file.Commit(new StoreChanges().Upsert(StoreCollections.Meta, store));
        }

        var pages = await File.ReadAllBytesAsync(Store, Token);
        var hash = new System.IO.Hashing.XxHash3();
        hash.Append(pages);
        var footer = new byte[LitePage.Size];
        BackupFile.WriteFooter(footer, (uint)(pages.Length / LitePage.Size), hash);
        await File.WriteAllBytesAsync(Backup, [.. pages, .. footer], Token);

        Assert.Throws<StoreOutdatedException>(() => StoreBackup.Verify(Backup, Token));
        Assert.Throws<StoreOutdatedException>(() => StoreBackup.Restore(held, Backup, Token));
        Assert.Throws<StoreOutdatedException>(() => StoreBackup.Run(held, _folder.File("another"), Token));
        Assert.Throws<StoreOutdatedException>(() => StoreCompaction.Run(held, Token));
        Assert.Contains("newer version", Assert.Single(StoreCheck.Run(held, Token).Findings), StringComparison.Ordinal);
        Assert.Equal(pages, await File.ReadAllBytesAsync(Store, Token));
    }

    [Fact]
    public async Task A_damaged_store_is_replaced_by_its_back_up()
    {
        using (var held = await TakeAsync())
        {
            using (var file = LiteDbFile.Open(held))
                file.Commit(Pair(1, 1, 30_000));
            StoreBackup.Run(held, Backup, Token);
        }

        await using (var file = File.OpenWrite(Store))
            await file.WriteAsync(new byte[16384], Token);
        using var again = await TakeAsync();
        Assert.Throws<StoreDamagedException>(() => LiteDbFile.Open(again));

        StoreBackup.Restore(again, Backup, Token);

        using var restored = LiteDbFile.Open(again);
        Assert.NotNull(restored.Find("trials", 1L));
    }

    [Fact]
    public async Task Compacting_gives_room_back_and_keeps_every_document_and_the_generation()
    {
        using var held = await TakeAsync();
        StoreIdentity before;
        using (var file = LiteDbFile.Open(held))
        {
            before = file.Identity!;
            for (var i = 0; i < 200; i++)
                file.Commit(Pair(i, i, 20_000));
            var deletions = new StoreChanges();
            for (var i = 0; i < 200; i++)
            {
                if (i % 10 != 0)
                    deletions.Delete("trials", (long)i);
            }

            file.Commit(deletions);
        }

        var (bytesBefore, bytesAfter) = StoreCompaction.Run(held, Token);

        Assert.True(bytesAfter < bytesBefore / 5, $"{bytesBefore} became {bytesAfter}");
        Assert.Equal(bytesAfter, new FileInfo(Store).Length);
        Assert.Empty(StoreCheck.Run(held, Token).Findings);
        Assert.Equal(["store.db", "store.db.lock", "store.db.owner", "store.db.sum", "store.db.wal"],
            Directory.GetFiles(System.IO.Path.GetDirectoryName(Store)!).Select(System.IO.Path.GetFileName).Order());
        using var compacted = LiteDbFile.Open(held);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 10),
            compacted.ReadAll("trials").Select(document => document["v"].AsInt32));
        Assert.Equal(200, compacted.ReadAll("attempts").Count());
        Assert.Equal(before, compacted.Identity);
    }

    [Fact]
    public void A_power_cut_while_compacting_leaves_every_document()
    {
        var random = new Random(Long.Seed(9));
        var disk = new SimulatedDisk();
        var recording = new Recording(disk, new Shelf(), 0);
        using (var file = LiteDbFile.Open(disk, "store", DiskAccess.Write))
            recording.Drive(file, new Workload("deletions", 60, 5, 0.5, 0.1, 10), 60, random);
        var before = disk.Copy();

        StoreCompaction.Run(before, "store", Token, new PageStoreOptions { LogGrowth = 1 << 16 });

        for (var i = 0; i < Long.Of(60, 600); i++)
        {
            var after = PowerCut.After(before, random.Next(before.Journal.Count), random);
            if (i % 3 == 0)
                StoreCompaction.Run(after, "store", Token);
            using var file = LiteDbFile.Open(after, "store", DiskAccess.Write);
            var found = Shelf.Of(file);
            Assert.True(found.Same(recording.States[^1]), found.Against(recording.States[^1]));
            Assert.Empty(file.Pages.DamagedPages());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_LiteDB_wrote_is_taken_over_and_listed(bool checkpoint)
    {
        StoreIdentity before;
        using (var held = await TakeAsync())
        {
            using var file = LiteDbFile.Open(held);
            before = file.Identity!;
            file.Commit(Pair(1, 1).Upsert("trials", new BsonDocument { ["_id"] = 2L, ["v"] = 1 }));
        }

        using (var foreign = new LiteDatabase(Store))
        {
            var document = foreign.GetCollection("trials").FindById(2L);
            document["v"] = 5;
            foreign.GetCollection("trials").Update(document);
            foreign.GetCollection("trials").Insert(new BsonDocument { ["_id"] = 3L, ["v"] = 6 });
            if (checkpoint)
                foreign.Checkpoint();
        }

        using var taken = await StoreLock.TakeAsync(Store, TimeProvider.System, Token, adopts: true);
        var changed = StoreAdoption.Run(taken, Token);

        Assert.Equal(["trials/2", "trials/3"], changed.Order());
        using var adopted = LiteDbFile.Open(taken);
        Assert.Equal([1, 5, 6], adopted.ReadAll("trials").Select(document => document["v"].AsInt32));
        Assert.Equal(before.Identity, adopted.Identity!.Identity);
        Assert.NotEqual(before.Generation, adopted.Identity.Generation);
    }

    [Fact]
    public async Task A_rescue_never_replaces_a_file()
    {
        using (var held = await TakeAsync())
            LiteDbFile.Open(held).Dispose();
        await File.WriteAllTextAsync(Backup, "mine", Token);
        using var shared = StoreLock.Share(Store);

        Assert.Contains("there already", Assert.Throws<StoreException>(() => StoreCheck.Rescue(shared, Backup, Token)).Message,
            StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Backup, Token));
    }

    private Task<StoreLock> TakeAsync() => StoreLock.TakeAsync(Store, TimeProvider.System, Token);

    private static StoreChanges Pair(int id, int version, int bytes = 10) => new StoreChanges()
        .Upsert("trials", new BsonDocument { ["_id"] = (long)id, ["v"] = version, ["blob"] = new byte[bytes] })
        .Upsert("attempts", new BsonDocument { ["_id"] = (long)id, ["v"] = version });
}
