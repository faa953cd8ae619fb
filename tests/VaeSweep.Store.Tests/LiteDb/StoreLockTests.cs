using LiteDB;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>Who may open a store, and who is kept out.</summary>
public sealed class StoreLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Path => _folder.File("store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_second_opener_is_refused_with_the_holders_name()
    {
        using var held = await TakeAsync();
        using var file = LiteDbFile.Open(held);
        held.Announce("127.0.0.1:4071", "secret");

        var error = await Assert.ThrowsAsync<StoreInUseException>(TakeAsync);
        var readError = Assert.Throws<StoreInUseException>(() => StoreLock.Share(Path));

        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.Equal(("127.0.0.1:4071", "secret", Environment.ProcessId),
            (error.Owner!.Address, error.Owner.Token, error.Owner.Pid));
        Assert.Equal(error.Owner, readError.Owner);
    }

    [Fact]
    public async Task Readers_see_that_somebody_waits_for_them()
    {
        (await OpenAndCloseAsync()).Dispose();
        var reader = StoreLock.Share(Path);
        Assert.False(StoreLock.IsWanted(Path, TimeProvider.System));
        var looked = new TaskCompletionSource();

        var writer = StoreLock.TakeAsync(Path, new LookingTime(() =>
        {
            if (StoreLock.IsWanted(Path, TimeProvider.System))
            {
                reader.Dispose();
                looked.TrySetResult();
            }
        }), Token);
        using var held = await writer;

        Assert.True(looked.Task.IsCompleted);
        Assert.False(StoreLock.IsWanted(Path, TimeProvider.System));
    }

    /// <summary>A clock that tells somebody whenever it is to wait, and does not wait for long.</summary>
    private sealed class LookingTime(Action look) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            look();
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    [Fact]
    public async Task Who_holds_the_lock_is_named_and_not_who_opened_the_store_before()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone says who holds a lock.");
        (await OpenAndCloseAsync()).Dispose();
        (StoreOwner.Read(Path)! with { Pid = 1 }).Write(Path);
        using var held = await TakeAsync();

        var error = Assert.Throws<StoreInUseException>(() => StoreLock.Share(Path));

        Assert.Contains($"process {Environment.ProcessId} (", error.Message, StringComparison.Ordinal);
        Assert.Null(error.Owner);
    }

    [Fact]
    public async Task The_owner_file_is_for_its_owner_alone_and_keeps_the_token_for_the_next_head()
    {
        using (var held = await TakeAsync())
        {
            using var file = LiteDbFile.Open(held);
            held.Announce("127.0.0.1:4071", "secret");

            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(StoreOwner.PathOf(Path)));
        }

        Assert.Null(StoreOwner.Read(Path)!.Address);
        Assert.Equal("secret", StoreOwner.TokenOf(Path));
        (await OpenAndCloseAsync()).Dispose();
        Assert.Equal("secret", StoreOwner.TokenOf(Path));
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_token_that_others_could_read_is_none_any_more()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        using (var held = await TakeAsync())
        {
            using var file = LiteDbFile.Open(held);
            held.Announce("127.0.0.1:4071", "secret");
        }

        File.SetUnixFileMode(StoreOwner.PathOf(Path), File.GetUnixFileMode(StoreOwner.PathOf(Path)) | UnixFileMode.GroupRead);

        Assert.Null(StoreOwner.TokenOf(Path));
        (await OpenAndCloseAsync()).Dispose();
        Assert.Null(StoreOwner.Read(Path)!.Token);
    }

    [Fact]
    public async Task A_head_waits_for_readers_and_then_names_them()
    {
        (await OpenAndCloseAsync()).Dispose();
        var time = new SteppingTime();
        using var reader = StoreLock.Share(Path);
        using var another = StoreLock.Share(Path);

        var error = await Assert.ThrowsAsync<StoreInUseException>(() => StoreLock.TakeAsync(Path, time, Token));

        Assert.Contains($"process {Environment.ProcessId} (", error.Message, StringComparison.Ordinal);
        Assert.True(time.Elapsed > StoreLock.Patience);
        reader.Dispose();
        another.Dispose();
        (await TakeAsync()).Dispose();
    }

    [Fact]
    public async Task LiteDB_itself_cannot_open_a_store_that_is_open_here()
    {
        using var held = await TakeAsync();
        using var file = LiteDbFile.Open(held);
        file.Commit(new StoreChanges().Upsert("trials", new BsonDocument { ["_id"] = 1L }));
        file.Checkpoint();

        Assert.ThrowsAny<IOException>(() =>
            new LiteDatabase(new ConnectionString { Filename = Path, Connection = ConnectionType.Direct }).Dispose());
        Assert.ThrowsAny<IOException>(() =>
            new LiteDatabase(new ConnectionString { Filename = Path, ReadOnly = true }).Dispose());
    }

    [Fact]
    public async Task A_store_that_LiteDB_has_open_is_refused()
    {
        (await OpenAndCloseAsync()).Dispose();
        using var foreign = new LiteDatabase(Path);
        var withoutWriting = await OpenErrorAsync();
        foreign.GetCollection("trials").Upsert(new BsonDocument { ["_id"] = 1L, ["state"] = "queued" });

        Assert.Contains($"process {Environment.ProcessId}", withoutWriting.Message, StringComparison.Ordinal);
        Assert.Contains("LiteDB", (await OpenErrorAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_LiteDB_wrote_to_a_closed_store_is_noticed(bool checkpoint)
    {
        (await OpenAndCloseAsync()).Dispose();
        using (var foreign = new LiteDatabase(Path))
        {
            foreign.GetCollection("trials").Upsert(new BsonDocument { ["_id"] = 1L, ["state"] = "queued" });
            if (checkpoint)
                foreign.Checkpoint();
        }

        Assert.Contains("--adopt", (await OpenErrorAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LiteDBs_tools_read_a_closed_store_and_leave_it_as_it_was()
    {
        (await OpenAndCloseAsync()).Dispose();

        using (var tool = new LiteDatabase(new ConnectionString { Filename = Path, ReadOnly = true }))
            Assert.Equal(1, tool.GetCollection("trials").Count());

        (await OpenAndCloseAsync()).Dispose();
    }

    [Theory]
    [InlineData("SQLite format 3\0 and so on", "first version")]
    [InlineData("epoch,elbo\n1,-90\n", "not a store")]
    public async Task Files_that_are_no_store_are_named_and_never_touched(string content, string said)
    {
        await File.WriteAllTextAsync(Path, content, Token);

        var error = await Assert.ThrowsAsync<StoreException>(TakeAsync);

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(said, Assert.Throws<StoreException>(() => StoreLock.Share(Path)).Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(Path, Token));
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public async Task A_store_keeps_its_identity_and_its_generation_until_its_file_is_another()
    {
        var first = (await OpenAndCloseAsync()).Identity!;
        var second = (await OpenAndCloseAsync()).Identity!;
        foreach (var suffix in new[] { "", ".wal", ".sum", ".owner" })
            File.Copy(Path + suffix, _folder.File("copy.db") + suffix);
        var backUp = new[] { "", ".wal", ".sum" }.ToDictionary(suffix => suffix, suffix => File.ReadAllBytes(Path + suffix));
        await OpenAndCloseAsync();

        using var heldCopy = await StoreLock.TakeAsync(_folder.File("copy.db"), TimeProvider.System, Token);
        using var copy = LiteDbFile.Open(heldCopy);
        foreach (var (suffix, bytes) in backUp)
            await File.WriteAllBytesAsync(Path + suffix, bytes, Token);
        var restored = (await OpenAndCloseAsync()).Identity!;

        Assert.Equal(first, second);
        Assert.Equal((first.Identity, first.Identity), (copy.Identity!.Identity, restored.Identity));
        Assert.NotEqual(first.Generation, copy.Identity.Generation);
        Assert.NotEqual(first.Generation, restored.Generation);
    }

    private Task<StoreLock> TakeAsync() => StoreLock.TakeAsync(Path, TimeProvider.System, Token);

    private Task<StoreException> OpenErrorAsync() => Assert.ThrowsAnyAsync<StoreException>(async () =>
    {
        using var held = await TakeAsync();
        LiteDbFile.Open(held).Dispose();
    });

    private async Task<LiteDbFile> OpenAndCloseAsync()
    {
        using var held = await TakeAsync();
        var file = LiteDbFile.Open(held);
        file.Commit(new StoreChanges().Upsert("trials", new BsonDocument { ["_id"] = 1L }));
        file.Dispose();
        return file;
    }
}
