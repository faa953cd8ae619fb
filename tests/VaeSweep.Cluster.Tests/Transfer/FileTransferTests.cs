using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Security;
using VaeSweep.Cluster.Tests.Security;

namespace VaeSweep.Cluster.Tests.Transfer;

/// <summary>Real sockets and real TLS over loopback.</summary>
[Collection(nameof(MemoryOfTheProcess))]
public sealed class FileTransferTests : IAsyncDisposable
{
    private const string Name = "sweep/trial/attempt-1/ckpt-3.bin";
    private const int Size = 3_000_000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaesweep-files-");
    private readonly SomeKeys _keys = new();
    private readonly ListLogger _log = new();
    private readonly List<FileServer> _servers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Root => Path.Combine(_folder.FullName, "head");

    private string Own => Path.Combine(_folder.FullName, "node");

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _keys.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_goes_to_the_head_and_from_there_to_another_node(bool tls)
    {
        var server = Start(options => options with { Keys = tls ? _keys.Head : null, Token = "secret" });
        var client = Client(server.Port, tls ? _keys.Join : null, "secret");
        var file = SomeFile();

        var path = await client.PutAsync(file, Name, Token);
        await client.GetAsync(path, Path.Combine(Own, "got.bin"), Token);
        await client.GetAsync(Name, Path.Combine(Own, "again.bin"), Token);

        Assert.Equal(Path.Combine(Root, Name), path);
        foreach (var copy in new[] { path, Path.Combine(Own, "got.bin"), Path.Combine(Own, "again.bin") })
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(copy));
        AssertNoParts();
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        var client = Client(Start().Port);

        var path = await client.PutAsync(SomeFile(size: 0), Name, Token);
        await client.GetAsync(Name, Path.Combine(Own, "got.bin"), Token);

        Assert.Equal(0, new FileInfo(path).Length);
        Assert.Equal(0, new FileInfo(Path.Combine(Own, "got.bin")).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_cut_off_goes_on_where_it_was(bool put)
    {
        await using var proxy = new MeddlingProxy(Start().Port);
        var client = Client(proxy.Port);
        var file = SomeFile();
        if (!put)
            await client.PutAsync(file, Name, Token);
        var before = proxy.Up;
        proxy.CutAfter = Size / 2;
        Task SendAsync() => put ? client.PutAsync(file, Name, Token) : client.GetAsync(Name, Path.Combine(Own, "got.bin"), Token);

        var cut = await Assert.ThrowsAsync<FileTransferException>(SendAsync);
        var had = put ? [] : new DirectoryInfo(Own).GetFiles(".*.tmp").Select(part => part.Length).ToList();
        await RetryAsync(SendAsync);

        Assert.Equal(FileFault.Unreachable, cut.Fault);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(put ? Path.Combine(Root, Name) : Path.Combine(Own, "got.bin")));
        // A whole one and what is lost on the way, not one and a half.
        if (put)
            Assert.InRange(proxy.Up - before, Size, Size + (Size / 3));
        else
            Assert.InRange(Assert.Single(had), Size / 4, Size - 1);
        AssertNoParts();
    }

    [Fact]
    public async Task What_the_head_has_is_not_sent_again()
    {
        await using var proxy = new MeddlingProxy(Start().Port);
        var client = Client(proxy.Port);
        var file = SomeFile();
        await client.PutAsync(file, Name, Token);
        var before = proxy.Up;

        var path = await client.PutAsync(file, Name, Token);

        Assert.Equal(Path.Combine(Root, Name), path);
        Assert.InRange(proxy.Up - before, 1, 1000);
        AssertNoParts();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changed_bytes_are_found_and_sent_anew(bool put)
    {
        await using var proxy = new MeddlingProxy(Start().Port);
        var client = Client(proxy.Port);
        var file = SomeFile();
        if (!put)
            await client.PutAsync(file, Name, Token);
        proxy.FlipAt = Size / 2;
        var target = put ? Path.Combine(Root, Name) : Path.Combine(Own, "got.bin");
        Task SendAsync() => put ? client.PutAsync(file, Name, Token) : client.GetAsync(Name, target, Token);

        var corrupted = await Assert.ThrowsAsync<FileTransferException>(SendAsync);
        var came = File.Exists(target);
        await RetryAsync(SendAsync);

        Assert.Equal(FileFault.Corrupted, corrupted.Fault);
        Assert.False(came);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(target));
        AssertNoParts();
    }

    [Fact]
    public async Task A_head_that_starts_again_in_the_middle_goes_on_with_what_it_had()
    {
        var server = Start();
        await using var proxy = new MeddlingProxy(server.Port);
        var files = await OwnDiskAsync(Client(proxy.Port));
        var file = SomeFile(Path.Combine(files.Root, Name));
        proxy.CutAfter = Size / 2;
        proxy.OnCut = async () =>
        {
            await server.DisposeAsync();
            Start(options => options with { Port = server.Port });
        };

        var path = await files.SendAsync(file, Token);

        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(path!));
        Assert.InRange(proxy.Up, Size, Size + (Size / 2));
        Assert.Contains("is tried again", await _log.LineAsync("waits to be sent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_that_send_the_same_file_at_once_leave_one()
    {
        var client = Client(Start().Port);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => OwnDiskAsync(client, $"node-{i}")));
        var own = nodes.Select(node => SomeFile(Path.Combine(node.Root, Name))).ToList();

        var paths = await Task.WhenAll(nodes.Zip(own, (node, file) => node.SendAsync(file, Token)));

        Assert.All(paths, path => Assert.Equal(Path.Combine(Root, Name), path));
        Assert.Equal(File.ReadAllBytes(own[0]), File.ReadAllBytes(paths[0]!));
        AssertNoParts();
    }

    [Fact]
    public async Task A_full_disk_is_told_and_waited_for()
    {
        long free = 1000;
        var server = Start(options => options with { FreeBytes = _ => Interlocked.Read(ref free), KeepsFree = 500 });
        var client = Client(server.Port);
        var files = await OwnDiskAsync(client);
        var file = SomeFile(Path.Combine(files.Root, Name));
        var full = await Assert.ThrowsAsync<FileTransferException>(() => client.PutAsync(file, Name, Token));

        var sending = files.SendAsync(file, Token);
        await _log.LineAsync("waits to be sent");
        await _log.LineAsync("finds no room: 'sweep/trial/attempt-1/ckpt-3.bin' needs 3000000 bytes");
        Interlocked.Exchange(ref free, long.MaxValue);

        Assert.Equal((FileFault.NoRoom, true), (full.Fault, full.MayPass));
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes((await sending)!));
    }

    [Theory]
    [InlineData(28, FileFault.NoRoom)]
    [InlineData(122, FileFault.NoRoom)]
    [InlineData(11, FileFault.Busy)]
    [InlineData(5, FileFault.Failed)]
    public void What_the_disk_says_is_told_apart(int error, object fault) =>
        Assert.Equal(fault, FileErrors.Of(new IOException("x", error), "it").Fault);

    [Fact]
    public async Task A_wrong_token_is_refused()
    {
        var client = Client(Start(options => options with { Token = "secret" }).Port, null, "guess");

        var refused = await Assert.ThrowsAsync<FileTransferException>(() => client.PutAsync(SomeFile(), Name, Token));

        Assert.Equal((FileFault.Refused, false), (refused.Fault, refused.MayPass));
        await _log.LineAsync("says a wrong token");
        Assert.False(Directory.Exists(Path.Combine(Root, "sweep")));
    }

    [Fact]
    public async Task Keys_of_another_store_are_refused_by_both_sides()
    {
        using var others = new SomeKeys();
        var server = Start(options => options with { Keys = _keys.Head });

        var mine = await Assert.ThrowsAsync<FileTransferException>(() => Client(server.Port, others.Join).WhereAsync(Token));
        await Assert.ThrowsAsync<FileTransferException>(() => Client(server.Port).WhereAsync(Token));

        Assert.Equal(FileFault.Refused, mine.Fault);
        Assert.Contains("is of another store", mine.Message, StringComparison.Ordinal);
        await _log.LineAsync("is refused");
        await Client(server.Port, _keys.Join).WhereAsync(Token);
    }

    [Fact]
    public async Task A_member_that_poses_as_the_head_is_sent_nothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsMemberAsync(listener);

        var refused = await Assert.ThrowsAsync<FileTransferException>(() =>
            Client(((IPEndPoint)listener.LocalEndpoint).Port, _keys.Join).PutAsync(SomeFile(), Name, Token));

        Assert.Contains("poses as the head", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await serving);
    }

    [Theory]
    [InlineData("../x/y")]
    [InlineData("a/../../y")]
    [InlineData("a/./y")]
    [InlineData("/etc/passwd")]
    [InlineData("a//y")]
    [InlineData("a/.vaesweep-store")]
    [InlineData(".vaesweep-head")]
    [InlineData("alone")]
    [InlineData("a\\..\\y/z")]
    [InlineData("a/y\0")]
    [InlineData("a/b/c/d/e/f/g/h/i")]
    [InlineData("")]
    public async Task No_name_leads_out_of_the_artifacts_folder(string name)
    {
        var client = Client(Start().Port);

        Assert.Null(ArtifactNames.Resolve(Root, name));
        var put = await Assert.ThrowsAsync<FileTransferException>(() => client.PutAsync(SomeFile(), name, Token));
        var got = await Assert.ThrowsAsync<FileTransferException>(() => client.GetAsync(name, Path.Combine(Own, "x"), Token));

        Assert.Equal((FileFault.BadName, FileFault.BadName), (put.Fault, got.Fault));
    }

    [Fact]
    public void A_full_path_below_the_folder_is_a_name_and_one_beside_it_is_not()
    {
        Assert.Equal(Path.Combine(Root, Name), ArtifactNames.Resolve(Root, Path.Combine(Root, Name)));
        Assert.Null(ArtifactNames.Resolve(Root, Root + "-other/a/b"));
        Assert.Equal(Name, ArtifactNames.NameOf(Root, Path.Combine(Root, Name)));
    }

    [Fact]
    public async Task Who_says_nothing_or_garbage_is_hung_up_on_and_others_are_served()
    {
        var server = Start(options => options with { MostStreams = 2, GreetsWithin = TimeSpan.FromMilliseconds(200) });
        for (var seed = 0; seed < 20; seed++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.Port, Token);
            var bytes = new byte[seed * 10];
            new Random(seed).NextBytes(bytes);
            try
            {
                await client.GetStream().WriteAsync(bytes, Token);
                Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Token));
            }
            catch (IOException)
            {
                // Hung up on.
            }
        }

        await Client(server.Port).WhereAsync(Token);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_for_good()
    {
        var client = Client(Start(options => options with { MostBytes = 10 }).Port);

        var refused = await Assert.ThrowsAsync<FileTransferException>(() => client.PutAsync(SomeFile(), Name, Token));

        Assert.Equal((FileFault.TooLarge, false), (refused.Fault, refused.MayPass));
    }

    [Fact]
    public async Task Where_the_folder_is_shared_nothing_is_sent()
    {
        await using var proxy = new MeddlingProxy(Start().Port);
        var files = await NodeFiles.OpenAsync(Client(proxy.Port), Own, "node", _log, TimeProvider.System, Token);
        var here = SomeFile(Path.Combine(Root, Name));
        var before = proxy.Up;

        var sent = await files.SendAsync(here, Token);
        var got = await files.FetchAsync(here, Own, Token);
        var gone = await files.FetchAsync(here + "x", Own, Token);

        Assert.True(files.IsShared);
        Assert.Equal((Root, here, here, null, before), (files.Root, sent, got, gone, proxy.Up));
    }

    [Fact]
    public async Task A_copy_of_the_folder_is_not_the_folder()
    {
        var (root, mark) = await Client(Start().Port).WhereAsync(Token);
        Assert.True(SharedFolder.Has(root, mark));

        Start();

        Assert.False(SharedFolder.Has(root, mark));
        Assert.False(SharedFolder.Has(Own, mark));
        Assert.False(SharedFolder.Has("", mark));
    }

    [Fact]
    public async Task A_folder_that_may_only_be_read_is_not_shared()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Modes of folders stop nobody here.");
            return;
        }

        var (root, mark) = await Client(Start().Port).WhereAsync(Token);
        File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var isShared = SharedFolder.Has(root, mark);
        File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.False(isShared);
        Assert.True(SharedFolder.Has(root, mark));
    }

    [Fact]
    public async Task A_node_with_a_disk_of_its_own_sends_and_gets_and_says_what_is_not_there()
    {
        var files = await OwnDiskAsync(Client(Start(options => options with { Keys = _keys.Head }).Port, _keys.Join));
        var file = SomeFile(Path.Combine(files.Root, Name));

        var recorded = await files.SendAsync(file, Token);
        var fetched = await files.FetchAsync(recorded!, Path.Combine(Own, "resumed"), Token);

        Assert.False(files.IsShared);
        Assert.Equal(Path.Combine(Own, "resumed", "ckpt-3.bin"), fetched);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(fetched!));
        Assert.Null(await files.FetchAsync(Path.Combine(Root, "sweep/trial/attempt-9/ckpt-1.bin"), Own, Token));
        Assert.Null(await files.FetchAsync("/elsewhere/a/b", Own, Token));
        Assert.Null(await files.SendAsync(Path.Combine(files.Root, "sweep/gone"), Token));
        // What is still here need not be fetched.
        Assert.Equal(file, await files.FetchAsync(file, Own, Token));
        Assert.Null(await files.FetchAsync(file + "x", Own, Token));
    }

    [Fact]
    public async Task What_cannot_be_kept_here_is_not_waited_for()
    {
        var files = await OwnDiskAsync(Client(Start().Port));
        var recorded = await files.SendAsync(SomeFile(Path.Combine(files.Root, Name)), Token);
        var inTheWay = SomeFile(Path.Combine(Own, "taken"), size: 1);

        var failed = await Assert.ThrowsAsync<FileTransferException>(() => files.FetchAsync(recorded!, inTheWay, Token));

        Assert.Equal(FileFault.Failed, failed.Fault);
    }

    [Fact]
    public async Task A_node_that_leaves_takes_its_folder_along_and_a_dead_nodes_goes_with_the_next_that_comes()
    {
        var client = Client(Start().Port);
        foreach (var dead in new[] { ".node-here%3Adead", ".node-elsewhere%3Adead" })
        {
            SomeFile(Path.Combine(Own, dead, Name), size: 1);
            SomeFile(Path.Combine(Own, $"{dead}.lock"), size: 0);
        }

        using var lives = await OwnDiskAsync(client, "here:lives");
        var kept = SomeFile(Path.Combine(lives.Root, Name));

        var comes = await OwnDiskAsync(client, "here:comes");
        SomeFile(Path.Combine(comes.Root, Name));
        comes.Dispose();

        Assert.Equal(Path.Combine(Own, ".node-here%3Alives"), lives.Root);
        Assert.True(File.Exists(kept));
        Assert.Equal(
            [".node-elsewhere%3Adead", ".node-elsewhere%3Adead.lock", ".node-here%3Alives", ".node-here%3Alives.lock"],
            Directory.GetFileSystemEntries(Own).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Large_files_take_little_memory()
    {
        var client = Client(Start(options => options with { Keys = _keys.Head }).Port, _keys.Join);
        var file = SomeFile(size: Long.Of(60_000_000, 1_000_000_000));
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await client.PutAsync(file, Name, Token);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 10_000_000);
        Assert.Equal(new FileInfo(file).Length, new FileInfo(Path.Combine(Root, Name)).Length);
    }

    private static FileClient Client(int port, JoinFile? key = null, string token = "")
    {
        var route = new FileRoute();
        route.Set("127.0.0.1", port);
        return new FileClient(route, key, token, TimeSpan.FromSeconds(20));
    }

    /// <summary>As soon as the server has noticed that the one before is gone.</summary>
    private static async Task RetryAsync(Func<Task> send)
    {
        while (true)
        {
            try
            {
                await send();
                return;
            }
            catch (FileTransferException busy) when (busy.Fault == FileFault.Busy)
            {
                await Task.Yield();
            }
        }
    }

    private FileServer Start(Func<FileServerOptions, FileServerOptions>? change = null)
    {
        var options = new FileServerOptions(Root, "store") { Logger = _log, KeepsFree = 0 };
        var server = FileServer.Start(change?.Invoke(options) ?? options);
        _servers.Add(server);
        return server;
    }

    /// <summary>A node on another machine: what it sees at the head's path is another folder.</summary>
    private async Task<NodeFiles> OwnDiskAsync(FileClient client, string node = "node")
    {
        File.Delete(Path.Combine(Root, ".vaesweep-head"));
        return await NodeFiles.OpenAsync(client, Own, node, _log, TimeProvider.System, Token);
    }

    private string SomeFile(string? path = null, int size = Size)
    {
        path ??= Path.Combine(Own, "sweep", "some.bin");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var bytes = new byte[size];
        new Random(7).NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private async Task<int> ServeAsMemberAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Token);
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(_keys.Join.Credentials.Certificate);
            return await stream.ReadAsync(new byte[100], Token);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return 0;
        }
    }

    private void AssertNoParts()
    {
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        Assert.Empty(Directory.GetFiles(_folder.FullName, ".*.tmp", all));
    }
}

/// <summary>What others allocate meanwhile would be counted.</summary>
[CollectionDefinition(nameof(MemoryOfTheProcess), DisableParallelization = true)]
public sealed class MemoryOfTheProcess;
