using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>Closed stores that are overwritten somewhere: the check finds it, a reader is told or sees what was written, and the
/// rescue saves the rest.</summary>
public sealed class DamageTests
{
    private const string Path = "store";
    private const string Rescued = "rescued";

    [Fact]
    public void An_overwritten_store_is_found_out_never_read_wrongly_and_rescued_as_far_as_it_is_whole()
    {
        var random = new Random(Long.Seed(20));
        var (disk, older, wanted) = ClosedStore(random);
        var (count, refused, unharmed, lost, doubtful) = (Long.Of(60, 1000), 0, 0, 0, 0);
        for (var i = 0; i < count; i++)
        {
            var damaged = disk.Copy(records: false);
            var what = Overwrite(damaged, older, i, random);

            var report = StoreCheck.Run(damaged, Path, Rescued, TestContext.Current.CancellationToken);
            var read = Read(damaged, Path);
            var rescued = Read(damaged, Rescued);

            Assert.False(report.Sound, $"{what}: the check found nothing");
            Assert.True(read is null || read.Same(wanted), $"{what}: {read?.Against(wanted)}");
            Assert.NotNull(rescued);
            var missing = wanted.Keys.Except(rescued.Keys).Select(key => $"{key.Collection}/{key.Id}").ToList();
            Assert.True(missing.All(report.Lost.Contains),
                $"{what}: {string.Join(", ", missing.Except(report.Lost))} went without a word");
            var other = wanted.Others(rescued).Concat(rescued.Keys.Except(wanted.Keys))
                .Select(key => $"{key.Collection}/{key.Id}").ToList();
            Assert.True(other.All(report.Doubtful.Contains),
                $"{what}: {string.Join(", ", other.Except(report.Doubtful))} became another version without a word");
            _ = read is null ? refused++ : unharmed++;
            lost += missing.Count;
            doubtful += report.Doubtful.Count;
        }

        Long.Proved(
            $"{count} overwrites of a store of {disk[Path].Length / LitePage.Size} pages and {wanted.Count} " +
            $"documents, all found; reading refused {refused}, nothing read was touched {unharmed}; " +
            $"rescues lost {lost} documents by name and doubted {doubtful}");
    }

    [Fact]
    public void A_sound_store_is_found_sound_closed_or_killed()
    {
        var (disk, _, wanted) = ClosedStore(new Random(4));
        var closed = StoreCheck.Run(disk, Path, null, TestContext.Current.CancellationToken);
        var file = LiteDbFile.Open(disk, Path, DiskAccess.Write);
        file.Commit(new StoreChanges().Upsert(StoreCollections.Trials, Shelf.Document(StoreCollections.Trials, 777, 1)));
        file.Abandon();

        var killed = StoreCheck.Run(disk, Path, null, TestContext.Current.CancellationToken);

        Assert.Empty(closed.Findings);
        Assert.Equal(wanted.Count, closed.Documents);
        Assert.Empty(killed.Findings);
        Assert.Equal(wanted.Count + 1, killed.Documents);
    }

    [Theory]
    [InlineData("store.wal")]
    [InlineData("store.sum")]
    public void A_store_whose_log_or_checksums_are_gone_is_refused_and_rescued_whole(string gone)
    {
        var (disk, _, wanted) = ClosedStore(new Random(5));
        disk.Delete(gone);

        var report = StoreCheck.Run(disk, Path, Rescued, TestContext.Current.CancellationToken);

        Assert.Contains(report.Findings, finding => finding.Contains(gone, StringComparison.Ordinal));
        Assert.Throws<StoreDamagedException>(() => LiteDbFile.Opened(disk, Path, DiskAccess.Write));
        Assert.True(Read(disk, Rescued)!.Same(wanted));
    }

    /// <returns>The store, its data file as it was a few commits before, and what it holds.</returns>
    private static (SimulatedDisk Disk, byte[] Older, Shelf Wanted) ClosedStore(Random random)
    {
        var disk = new SimulatedDisk();
        var recording = new Recording(disk, new Shelf(), 0);
        var workload = new Workload("damage", 80, 5, 0.5, 0.4, 10);
        using (var file = LiteDbFile.Open(disk, Path, DiskAccess.Write))
            recording.Drive(file, workload, 80, random);
        var older = disk[Path].ToArray();
        using (var file = LiteDbFile.Open(disk, Path, DiskAccess.Write))
            recording.Drive(file, workload, 15, random);
        return (disk, older, recording.States[^1]);
    }

    private static Shelf? Read(SimulatedDisk disk, string path)
    {
        try
        {
            using var file = LiteDbFile.Opened(disk, path, DiskAccess.Read);
            return Shelf.Of(file);
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private static string Overwrite(SimulatedDisk disk, byte[] older, int number, Random random)
    {
        while (true)
        {
            var name = random.Next(10) switch { 0 => PageStore.SumsPath(Path), 1 => PageStore.LogPath(Path), _ => Path };
            var file = disk[name];
            var before = file.ToArray();
            var pages = (int)(before.Length / LitePage.Size);
            var page = random.Next(Math.Max(1, pages)) * LitePage.Size;
            var length = Math.Min(LitePage.Size, before.Length - page);
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var kind = (number % 6) switch
            {
                1 => "zeros",
                2 when name == Path => "another page",
                3 => "a random sector",
                4 when name == Path && page + length <= older.Length => "an older version",
                5 => "a bit",
                _ => "random bytes",
            };
            var position = page;
            switch (kind)
            {
                case "zeros":
                    bytes.AsSpan().Clear();
                    break;
                case "another page":
                    bytes = before[(random.Next(pages) * LitePage.Size)..][..LitePage.Size];
                    break;
                case "a random sector":
                    position += random.Next(Math.Max(1, length / 512)) * 512;
                    bytes = bytes[..Math.Min(512, before.Length - position)];
                    break;
                case "an older version":
                    bytes = older[page..(page + length)];
                    break;
                case "a bit":
                    position += random.Next(length);
                    bytes = [(byte)(before[position] ^ (1 << random.Next(8)))];
                    break;
            }

            if (before.AsSpan(position, bytes.Length).SequenceEqual(bytes))
                continue;
            file.Overwrite(position, bytes);
            return $"overwrite {number}, {kind} at {position} of '{name}'";
        }
    }
}
