using System.Collections.Concurrent;
using LiteDB;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>The writer's thread: groups, reads between them, and disks that are full or fail.</summary>
public sealed class LiteDbWriterTests
{
    private const string Path = "store";
    private readonly SimulatedDisk _disk = new() { Records = false };
    private readonly BlockingCollection<StoreException?> _told = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_is_committed_in_groups_with_one_sync_each()
    {
        await using var writer = await StartAsync();
        var syncs = await writer.ReadAsync(file => file.LogSyncs);
        using var go = new ManualResetEventSlim();
        var busy = writer.ReadAsync(file =>
        {
            go.Wait(Token);
            return 0;
        });

        var commits = Enumerable.Range(0, 500).Select(i => writer.CommitAsync(Changes(i))).ToArray();
        go.Set();
        await Task.WhenAll([busy, .. commits]);

        Assert.Equal(1, await writer.ReadAsync(file => file.LogSyncs) - syncs);
        Assert.Equal(1, writer.Groups);
        Assert.Equal(500, await writer.ReadAsync(file => file.Read("trials").Count));
    }

    [Fact]
    public async Task A_group_is_kept_below_its_limit_and_the_log_is_moved_into_the_data_file()
    {
        await using var writer =
            await StartAsync(new WriterOptions { GroupBytes = 100_000, CheckpointPages = 40,
            LookAgain = TimeSpan.FromMilliseconds(10) });

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => writer.CommitAsync(Changes(i, bytes: 30_000))));

        Assert.True(writer.Groups >= 16);
        Assert.True(await writer.ReadAsync(file => file.LogPages) < 80);
        Assert.Equal(50, await writer.ReadAsync(file => file.Read("trials").Count));
    }

    [Fact]
    public async Task A_full_disk_is_said_before_anything_is_written_and_the_writer_goes_on_when_there_is_room()
    {
        await using var writer = await StartAsync();
        await writer.CommitAsync(Changes(1));
        _disk.Free = 1_000_000;

        var waiting = writer.CommitAsync(Changes(2));
        var told = Assert.IsType<StoreFullException>(_told.Take(Token));
        var meanwhile = await writer.ReadAsync(file => file.Read("trials").Count);
        var stillWaiting = !waiting.IsCompleted;
        _disk.Free = long.MaxValue;
        await waiting;

        Assert.Equal(1, meanwhile);
        Assert.True(stillWaiting);
        Assert.Contains("'store'", told.Message, StringComparison.Ordinal);
        Assert.Contains("1,000,000 bytes", told.Message, StringComparison.Ordinal);
        Assert.Null(_told.Take(Token));
        Assert.Null(writer.Trouble);
        Assert.Equal(2, await writer.ReadAsync(file => file.Read("trials").Count));
    }

    [Fact]
    public async Task A_disk_that_fills_in_the_middle_of_anything_loses_nothing_and_the_writer_goes_on_when_there_is_room()
    {
        var random = new Random(Long.Seed(11));
        var (inCommits, inCheckpoints) = (0, 0);
        for (var round = 0; round < Long.Of(12, 400); round++)
        {
            var disk = new SimulatedDisk { FailsHalfway = random.Next(2) == 0 };
            var options = new WriterOptions { CheckpointPages = 20 + random.Next(100), GroupBytes = 100_000,
                LookAgain = TimeSpan.FromMilliseconds(5) };
            var left = round % 2 == 0 ? 1 + random.Next(60) : 60 + random.Next(100);
            var sizes = Enumerable.Range(0, 120).Select(_ => random.Next(20_000)).ToArray();
            var commits = new Task[sizes.Length];
            var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (HashSet<int> Safe, SimulatedDisk Disk)? cut = null;
            var writer = await StartAsync(
                options with
                {
                    // On the writer's thread: the full disk loses its power as well.
                    OnTrouble = trouble =>
                    {
                        if (trouble is not null)
                            cut ??= (SafeOf(commits), PowerCut.After(disk, disk.Journal.Count - 1, random));
                        full.TrySetResult();
                    },
                },
                disk);
            disk.Fails = entry =>
            {
                if (--left > 0)
                    return false;
                if (left == 0)
                {
                    var isCommit = entry.File!.Path == PageStore.LogPath(Path)
                        && (entry.Operation == DiskOperation.Sync || entry.Position >= LogHeader.Bytes);
                    _ = isCommit ? inCommits++ : inCheckpoints++;
                }
                return true;
            };

            for (var i = 0; i < commits.Length; i++)
                Volatile.Write(ref commits[i], writer.CommitAsync(Changes(i, sizes[i])));
            await Task.WhenAny(Task.WhenAll(commits), full.Task);
            disk.Fails = null;
            await Task.WhenAll(commits);
            await writer.DisposeAsync();

            if (cut is { } lost)
            {
                using var afterCut = LiteDbFile.Open(lost.Disk, Path, DiskAccess.Write);
                Assert.Empty(lost.Safe.Except(afterCut.Read("trials").Select(document => (int)document["_id"].AsInt64)));
            }

            using var file = LiteDbFile.Open(disk, Path, DiskAccess.Write);
            Assert.Equal(sizes, file.Read("trials").Select(document => document["blob"].AsBinary.Length));
            Assert.Empty(file.Pages.DamagedPages());
        }

        // A transaction of LiteDB that was left open would end the process here.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(inCommits > 0 && inCheckpoints > 0, $"{inCommits} in commits, {inCheckpoints} in checkpoints");

        static HashSet<int> SafeOf(Task[] commits) =>
            [.. Enumerable.Range(0, commits.Length)
            .Where(i => Volatile.Read(ref commits[i]) is { IsCompletedSuccessfully: true })];
    }

    [Fact]
    public async Task A_disk_that_fails_for_good_ends_the_writer_with_its_reason()
    {
        var writer = await StartAsync();
        await writer.CommitAsync(Changes(1));
        _disk.Fails = entry => entry.Operation == DiskOperation.Sync;
        _disk.Error = 5;

        var error = await Assert.ThrowsAsync<StoreException>(() => writer.CommitAsync(Changes(2)));
        var later = await Assert.ThrowsAsync<StoreException>(() => writer.CommitAsync(Changes(3)));
        await writer.DisposeAsync();

        Assert.Contains("'store'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'store'", later.Message, StringComparison.Ordinal);
        _disk.Fails = null;
        using var file = LiteDbFile.Open(_disk, Path, DiskAccess.Write);
        Assert.NotNull(file.Find("trials", 1L));
    }

    [Fact]
    public async Task A_closing_writer_commits_what_waits_and_refuses_what_comes_later()
    {
        var writer = await StartAsync();
        var commits = Enumerable.Range(0, 20).Select(i => writer.CommitAsync(Changes(i))).ToArray();

        await writer.DisposeAsync();
        await writer.DisposeAsync();

        await Task.WhenAll(commits);
        Assert.Contains("closed", (await Assert.ThrowsAsync<StoreException>(() => writer.CommitAsync(Changes(21)))).Message,
            StringComparison.Ordinal);
        using var file = LiteDbFile.Open(_disk, Path, DiskAccess.Write);
        Assert.Equal(0, file.ReplayedTransactions);
        Assert.Equal(20, file.Read("trials").Count);
    }

    [Fact]
    public async Task A_read_that_finds_damage_says_it_and_others_go_on()
    {
        await using var writer = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => writer.CommitAsync(Changes(i, bytes: 9000))));
        await writer.ReadAsync(file =>
        {
            file.Checkpoint();
            return 0;
        });
        _disk[Path].Overwrite(30 * LitePage.Size, new byte[512]);

        await Assert.ThrowsAsync<StoreDamagedException>(() => writer.ReadAsync(file => file.ReadAll("trials").Count()));
        await writer.CommitAsync(new StoreChanges().Upsert("sweeps", new BsonDocument { ["_id"] = 1L }));

        Assert.NotNull(await writer.ReadAsync(file => file.Find("sweeps", 1L)));
    }

    private async Task<LiteDbWriter> StartAsync(WriterOptions? options = null, SimulatedDisk? disk = null)
    {
        options = (options ?? new WriterOptions { LookAgain = TimeSpan.FromMilliseconds(10) }) ;
        options = options with { OnTrouble = options.OnTrouble ?? _told.Add };
        disk ??= _disk;
        var writer = new LiteDbWriter(Path, disk, () =>
            LiteDbFile.Opened(disk, Path, DiskAccess.Write, new PageStoreOptions { LogGrowth = 1 << 16 }), TimeProvider.System,
            options);
        await writer.StartAsync();
        return writer;
    }

    // New ones, so that whatever is sent again has to be told from what is sent first.
    private static StoreChanges Changes(int id, int bytes = 10) =>
        new StoreChanges().Insert("trials", new BsonDocument { ["_id"] = (long)id, ["blob"] = new byte[bytes] });
}
