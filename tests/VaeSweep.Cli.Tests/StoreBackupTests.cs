using System.Diagnostics;
using System.Net.Sockets;
using LiteDB;
using VaeSweep.Store.LiteDb;
using VaeSweep.Store.Tests;

namespace VaeSweep.Cli.Tests;

/// <summary>`vaesweep store backup` and what all verbs for LiteDB stores refuse.</summary>
public sealed class StoreBackupTests : IDisposable
{
    private readonly LiteDbLab _lab = new();

    public static TheoryData<string> Verbs =>
        ["backup made", "restore made --force", "check", "check --rescue made", "check --adopt", "compact"];

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_back_up_is_read_again_and_says_what_it_holds()
    {
        await _lab.FillAsync();
        var before = _lab.Files();

        var answer = await _lab.RunAsync("store", "backup", _lab.Backup);

        Assert.Equal((ExitCodes.Done, ""), (answer.Code, answer.Error));
        Assert.Matches(@"/backup: \d.*B, 2 sweeps, 30 trials, read again: checksum [0-9a-f]{16} holds \(.* s\)\n$", answer.Out);
        Assert.Equal(before, _lab.Files().Where(file => file.Key != "backup").ToDictionary());
        using var tool = new LiteDatabase(new ConnectionString { Filename = _lab.Backup, ReadOnly = true });
        Assert.Equal(30, tool.GetCollection("trials").Count());
    }

    [Fact]
    public async Task Json_is_on_the_standard_output_alone()
    {
        await _lab.FillAsync();

        var answer = await _lab.RunAsync("store", "backup", _lab.Backup, "--format", "json");

        Assert.Equal((ExitCodes.Done, ""), (answer.Code, answer.Error));
        Assert.Equal(new FileInfo(_lab.Backup).Length, answer.Json().GetProperty("bytes").GetInt64());
        Assert.Equal((2, 30), (answer.Json().GetProperty("sweeps").GetInt32(), answer.Json().GetProperty("trials").GetInt32()));
        Assert.True(answer.Json().GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task A_file_that_is_there_stays_unless_it_is_to_be_replaced()
    {
        await _lab.FillAsync();
        await File.WriteAllTextAsync(_lab.Backup, "mine", LiteDbLab.Token);

        var refused = await _lab.RunAsync("store", "backup", _lab.Backup);
        var kept = await File.ReadAllTextAsync(_lab.Backup, LiteDbLab.Token);
        var forced = await _lab.RunAsync("store", "backup", _lab.Backup, "--force");

        Assert.Equal(ExitCodes.Usage, refused.Code);
        Assert.Contains("is there already", refused.Error, StringComparison.Ordinal);
        Assert.Equal("mine", kept);
        Assert.Equal(ExitCodes.Done, forced.Code);
        Assert.Equal(ExitCodes.Done, (await _lab.RunAsync("store", "restore", _lab.Backup, "--store", _lab.At("other.db"))).Code);
    }

    [Theory]
    [InlineData(".", "is a folder")]
    [InlineData("", "is given an empty value")]
    [InlineData("none/backup", "there is no folder")]
    [InlineData("test.db", "the store's own files")]
    [InlineData("test.db.wal", "the store's own files")]
    [InlineData("test.db.lock", "the store's own files")]
    [InlineData("linked/test.db", "the store's own files")]
    public async Task A_place_where_no_back_up_can_be_is_refused_whatever_is_forced(string name, string said)
    {
        await _lab.FillAsync();
        Directory.CreateSymbolicLink(_lab.At("linked"), Path.GetDirectoryName(_lab.Store)!);
        var before = _lab.Files();

        var answer = await _lab.RunAsync("store", "backup", name.Length == 0 ? "" : _lab.At(name), "--force");

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains(said, answer.Error, StringComparison.Ordinal);
        Assert.Equal(before, _lab.Files());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named_and_the_stack_shown_on_request_alone()
    {
        // Nobody makes a file in /sys, root neither.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The folder is Linux's.");
        await _lab.FillAsync();

        var answer = await _lab.RunAsync("store", "backup", "/sys/backup");
        var verbose = await _lab.RunAsync("store", "backup", "/sys/backup", "--verbose");

        Assert.Equal(ExitCodes.Failed, answer.Code);
        Assert.Contains("No back-up can be written to '/sys/backup'", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer.Error, StringComparison.Ordinal);
        Assert.Contains("   at ", verbose.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_ordinary_file_is_never_replaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone says what a file is.");
        await _lab.FillAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_lab.At("socket")));

        var answer = await _lab.RunAsync("store", "backup", _lab.At("socket"), "--force");

        Assert.Equal(ExitCodes.Failed, answer.Code);
        Assert.Contains("no ordinary file", answer.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_lab.At("socket.part")));
        Assert.Equal(ExitCodes.Usage, (await _lab.RunAsync("store", "restore", _lab.At("socket"), "--force")).Code);
    }

    [Fact]
    public async Task A_full_disk_is_named_and_nothing_is_left_there()
    {
        var mount = Directory.CreateDirectory(_lab.At("small")).FullName;
        Assert.SkipUnless(await TryAsync("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", mount),
            "Mounting needs root and the right to mount.");
        try
        {
            await _lab.FillAsync(trials: 100);

            var answer = await _lab.RunAsync("store", "backup", Path.Combine(mount, "backup"));

            Assert.Equal(ExitCodes.Failed, answer.Code);
            Assert.Contains("no room", answer.Error, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(mount));
        }
        finally
        {
            Assert.True(await TryAsync("umount", mount));
        }
    }

    [Fact]
    public async Task A_damaged_store_gives_no_back_up()
    {
        await _lab.FillAsync();
        LiteDbLab.Damage(_lab.Store, LiteDbLab.Text(17));

        var answer = await _lab.RunAsync("store", "backup", _lab.Backup);

        Assert.Equal(ExitCodes.Failed, answer.Code);
        Assert.Contains("store check", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_lab.Files().Keys, name => name.StartsWith("backup", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_store_that_another_process_holds_is_left_to_it_and_the_holder_is_named(string verb)
    {
        await _lab.FillAsync(store: _lab.At("other.db"));
        await _lab.RunAsync("store", "backup", _lab.At("made"), "--store", _lab.At("other.db"));
        if (!verb.StartsWith("restore", StringComparison.Ordinal))
            File.Delete(_lab.At("made"));

        using var holder = new HammerProcess("litedb", _lab.Store);
        Assert.Equal("ready", await holder.ReadLineAsync(LiteDbLab.Token));
        var owner = StoreOwner.Read(_lab.Store)!;

        var answer = await _lab.RunAsync(Words(verb));

        Assert.Equal(ExitCodes.Held, answer.Code);
        Assert.NotEqual(Environment.ProcessId, owner.Pid);
        Assert.Contains(
            $"process {owner.Pid} on host '{Environment.MachineName}' since {owner.Since!.Value.UtcDateTime:yyyy-MM-dd HH:mm:ss}",
            answer.Error, StringComparison.Ordinal);
        Assert.Equal("", answer.Out);
    }

    [Fact]
    public async Task A_killed_writers_store_is_backed_up_with_all_that_it_acknowledged()
    {
        var acknowledged = 0;
        using (var writer = new HammerProcess("litedb", _lab.Store))
        {
            while (acknowledged < 100 && await writer.ReadLineAsync(LiteDbLab.Token) is { } line)
                acknowledged = int.TryParse(line, out var epoch) ? epoch : acknowledged;

            writer.Kill();
            await writer.WaitAsync(LiteDbLab.Token);
        }

        var answer = await _lab.RunAsync("store", "backup", _lab.Backup);
        await _lab.RunAsync("store", "restore", _lab.Backup, "--store", _lab.At("other.db"));

        Assert.Equal(ExitCodes.Done, answer.Code);
        using var held = StoreLock.Share(_lab.At("other.db"));
        using var file = LiteDbFile.Open(held);
        Assert.InRange(file.Find(StoreCollections.Sweeps, 1L)!["epochs"].AsInt32, acknowledged, int.MaxValue);
    }

    [Theory]
    [InlineData("backup made")]
    [InlineData("check")]
    [InlineData("check --rescue made")]
    [InlineData("compact")]
    public async Task Ctrl_C_leaves_everything_as_it_was(string verb)
    {
        await _lab.FillAsync();
        var before = _lab.Files();

        var answer = await _lab.RunAsync(new CancellationToken(canceled: true), Words(verb));

        Assert.Equal((ExitCodes.Interrupted, ""), (answer.Code, answer.Out));
        Assert.Equal(before.Keys.Order(), _lab.Files().Keys.Order());
        Assert.Equal(30, LiteDbLab.Versions(_lab.Store).Count);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Where_no_store_is_nothing_is_made(string verb)
    {
        var answer = await _lab.RunAsync(Words(verb));

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains(verb.StartsWith("restore", StringComparison.Ordinal) ? "There is no back-up" : "there is no store at",
            answer.Error, StringComparison.Ordinal);
        Assert.Empty(_lab.Files());
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Stores_of_other_kinds_are_named_and_never_touched(string verb)
    {
        await File.WriteAllTextAsync(_lab.Store, "SQLite format 3\0 and so on", LiteDbLab.Token);
        var words = Words(verb);

        var sqlite = await _lab.RunAsync(words);
        var folder = await _lab.RunAsync([.. words, "--store", Path.GetDirectoryName(_lab.Store)!]);

        Assert.Equal(ExitCodes.Usage, sqlite.Code);
        Assert.Contains("is a store of the first version (SQLite)", sqlite.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, folder.Code);
        Assert.Contains("is a folder", folder.Error, StringComparison.Ordinal);
        Assert.Equal(["test.db"], _lab.Files().Keys);
        Assert.Equal("SQLite format 3\0 and so on", await File.ReadAllTextAsync(_lab.Store, LiteDbLab.Token));
        var server = await _lab.RunAsync([.. words, "--store", "postgres://me:secret@nowhere:1/db"]);
        Assert.Equal(ExitCodes.Usage, server.Code);
        Assert.Contains("PostgreSQL was not touched", server.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", server.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_file_that_is_no_store_is_refused_and_stays(string verb)
    {
        foreach (var text in new[] { "epoch,elbo\n1,-90\n", "" })
        {
            await File.WriteAllTextAsync(_lab.Store, text, LiteDbLab.Token);

            var answer = await _lab.RunAsync(Words(verb));

            Assert.Equal(ExitCodes.Usage, answer.Code);
            Assert.Equal(["test.db"], _lab.Files().Keys);
            Assert.Equal(text, await File.ReadAllTextAsync(_lab.Store, LiteDbLab.Token));
        }
    }

    [Fact]
    public async Task Every_verb_has_help_and_knows_its_formats()
    {
        var help = await _lab.RunAsync("store", "--help");

        foreach (var name in new[] { "check", "backup", "restore", "compact" })
        {
            Assert.Contains($"  {name} ", help.Out, StringComparison.Ordinal);
            Assert.Equal(ExitCodes.Done, (await _lab.RunAsync("store", name, "--help")).Code);
        }

        var wrong = await _lab.RunAsync("store", "backup", "x", "--format", "latex");
        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Contains("'json'", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await _lab.RunAsync("store", "backup")).Code);
    }

    private string[] Words(string verb) => ["store", .. verb.Split(' ').Select(word => word == "made" ? _lab.At(word) : word)];

    private static async Task<bool> TryAsync(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return false;

        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        await process.StandardError.ReadToEndAsync(LiteDbLab.Token);
        await process.WaitForExitAsync(LiteDbLab.Token);
        return process.ExitCode == 0;
    }
}
