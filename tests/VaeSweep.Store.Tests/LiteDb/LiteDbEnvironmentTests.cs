using System.Diagnostics;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>What the system around a store may be like: without locks, read-only, or small.</summary>
public sealed class LiteDbEnvironmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_system_without_locks_is_refused_with_the_mounts_name()
    {
        // .NET takes no lock with this set, as on a mount whose locks do nothing.
        using var hammer = new HammerProcess("litedb", _folder.File("store.db"), ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1"));

        while (await hammer.ReadLineAsync(Token) is { } line)
            Assert.NotEqual("ready", line);
        var (code, errors) = await hammer.WaitAsync(Token);

        Assert.NotEqual(0, code);
        Assert.Contains("locks do not work", errors, StringComparison.Ordinal);
        Assert.Contains(MountPoint.Of(_folder.File("store.db")), errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("store.db")));
    }

    [Fact]
    public async Task A_store_on_a_read_only_mount_is_read_without_a_lock()
    {
        RequireMounts();
        using (var held = await StoreLock.TakeAsync(_folder.File("store.db"), TimeProvider.System, Token))
        {
            var file = LiteDbFile.Open(held);
            file.Commit(new StoreChanges().Upsert("trials", new LiteDB.BsonDocument { ["_id"] = 1L }));
            file.Abandon();
        }

        File.Delete(StoreLock.PathOf(_folder.File("store.db")));
        var mount = Directory.CreateDirectory(_folder.File("mount")).FullName;
        Run("mount", "--bind", "-o", "ro", Path.GetDirectoryName(mount)!, mount);
        try
        {
            using var shared = StoreLock.Share(Path.Combine(mount, "store.db"));
            using var reader = LiteDbFile.Open(shared);
            Assert.NotNull(reader.Find("trials", 1L));
            Assert.False(File.Exists(StoreLock.PathOf(_folder.File("store.db"))));
        }
        finally
        {
            Run("umount", mount);
        }
    }

    [Fact]
    public async Task A_real_disk_that_fills_up_loses_nothing_and_the_writer_goes_on_when_there_is_room()
    {
        RequireMounts();
        var mount = Directory.CreateDirectory(_folder.File("small")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", mount);
        try
        {
            var ballast = Path.Combine(mount, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[26 << 20], Token);
            var full = new TaskCompletionSource<StoreException>(TaskCreationOptions.RunContinuationsAsynchronously);
            // Without the reserve: the disk itself is to say no.
            var options = new WriterOptions
            {
                FreeBytes = -(1L << 40), CheckpointPages = 600, LookAgain = TimeSpan.FromMilliseconds(20), GroupBytes = 1 << 20,
                OnTrouble = trouble =>
                {
                    if (trouble is not null)
                        full.TrySetResult(trouble);
                },
            };
            using var held = await StoreLock.TakeAsync(Path.Combine(mount, "store.db"), TimeProvider.System, Token);
            await using var writer = await LiteDbWriter.StartAsync(held, TimeProvider.System, options);

            var commits = Enumerable.Range(0, 360).Select(i => writer.CommitAsync(
                new StoreChanges().Upsert("trials",
                    new LiteDB.BsonDocument { ["_id"] = (long)(i % 200), ["i"] = i, ["blob"] = new byte[40_000] }))).ToArray();
            var trouble = await full.Task;
            var acknowledged = commits.Count(commit => commit.IsCompletedSuccessfully);
            File.Delete(ballast);
            await Task.WhenAll(commits);

            Assert.IsType<StoreFullException>(trouble);
            Assert.InRange(acknowledged, 0, 359);
            var found = await writer.ReadAsync(file => file.ReadAll("trials").Select(document => document["i"].AsInt32).ToList());
            Assert.Equal(Enumerable.Range(0, 200).Select(id => id + (id < 160 ? 200 : 0)), found);
        }
        finally
        {
            Run("umount", mount);
        }
    }

    [Fact]
    public void A_back_up_whose_disk_fills_up_says_so_and_leaves_nothing()
    {
        RequireMounts();
        var mount = Directory.CreateDirectory(_folder.File("small")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount);
        try
        {
            StoreException? full = null;
            using (var backup = new BackupWriter(Path.Combine(mount, "backup")))
            {
                for (var page = 0; full is null && page < 1000; page++)
                    full = Record.Exception(() => backup.Add(_ => { })) as StoreException;
            }

            Assert.Contains("the disk is full", full!.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(mount));
        }
        finally
        {
            Run("umount", mount);
        }
    }

    private static void RequireMounts() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root" && CanMount(),
            "Mounting needs root and the right to mount.");

    private static bool CanMount()
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-mount-").FullName;
        try
        {
            if (TryRun("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) != 0)
                return false;
            Run("umount", folder);
            return true;
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    private static void Run(string program, params string[] arguments) => Assert.Equal(0, TryRun(program, arguments));

    private static int TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
