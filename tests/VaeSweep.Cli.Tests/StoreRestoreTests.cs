using LiteDB;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli.Tests;

public sealed class StoreRestoreTests : IDisposable
{
    private readonly LiteDbLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_back_up_becomes_a_store_of_a_new_generation_where_none_was()
    {
        var before = await _lab.FillAsync(version: 3);
        await _lab.RunAsync("store", "backup", _lab.Backup);

        var answer = await _lab.RunAsync("store", "restore", _lab.Backup, "--store", _lab.At("other.db"));

        Assert.Equal((ExitCodes.Done, ""), (answer.Code, answer.Error));
        Assert.Contains("2 sweeps, 30 trials", answer.Out, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Repeat(3, 30), LiteDbLab.Versions(_lab.At("other.db")));
        Assert.Equal(ExitCodes.Done, (await _lab.RunAsync("store", "check", "--store", _lab.At("other.db"))).Code);
        var after = await _lab.FillAsync(store: _lab.At("other.db"));
        Assert.Equal(before.Identity, after.Identity);
        Assert.NotEqual(before.Generation, after.Generation);
    }

    [Fact]
    public async Task A_store_is_replaced_only_when_that_is_meant_and_then_kept_beside()
    {
        await _lab.FillAsync(version: 1);
        await _lab.RunAsync("store", "backup", _lab.Backup);
        var before = await _lab.FillAsync(version: 2);
        var files = _lab.Files();

        var refused = await _lab.RunAsync("store", "restore", _lab.Backup);
        var unchanged = _lab.Files();
        var forced = await _lab.RunAsync("store", "restore", _lab.Backup, "--force", "--format", "json");
        var again = await _lab.RunAsync("store", "restore", _lab.Backup, "--force");

        Assert.Equal(ExitCodes.Usage, refused.Code);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Assert.Equal(files, unchanged);
        Assert.Equal(ExitCodes.Done, forced.Code);
        Assert.Equal(_lab.Store + ".before-restore", forced.Json().GetProperty("kept").GetString());
        Assert.Contains(_lab.Store + ".before-restore-2", again.Out, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Repeat(1, 30), LiteDbLab.Versions(_lab.Store));
        Assert.Equal(Enumerable.Repeat(2, 30), LiteDbLab.Versions(_lab.Store + ".before-restore"));
        Assert.Equal(Enumerable.Repeat(1, 30), LiteDbLab.Versions(_lab.Store + ".before-restore-2"));
        Assert.NotEqual(before.Generation, (await _lab.FillAsync()).Generation);
    }

    [Theory]
    [InlineData("a folder", ExitCodes.Usage, "is a folder")]
    [InlineData("nothing", ExitCodes.Usage, "There is no back-up")]
    [InlineData("no name", ExitCodes.Usage, "is given an empty value")]
    [InlineData("an empty file", ExitCodes.Usage, "is no back-up")]
    [InlineData("a text file", ExitCodes.Usage, "is no back-up")]
    [InlineData("the store itself", ExitCodes.Usage, "the store's own files")]
    [InlineData("another store", ExitCodes.Failed, "does not end as one")]
    [InlineData("half of it", ExitCodes.Failed, "its end is missing")]
    [InlineData("without its last page", ExitCodes.Failed, "its end is missing")]
    [InlineData("without its last byte", ExitCodes.Failed, "its end is missing")]
    [InlineData("a byte in its header", ExitCodes.Failed, "checksum differs")]
    [InlineData("a byte in the middle", ExitCodes.Failed, "checksum differs")]
    [InlineData("a byte at its end", ExitCodes.Failed, "damaged at its end")]
    public async Task What_is_no_whole_back_up_is_refused_before_anything_is_touched(string what, int code, string said)
    {
        await _lab.FillAsync(store: _lab.At("other.db"));
        await _lab.FillAsync();
        await _lab.RunAsync("store", "backup", _lab.Backup);
        var file = Spoil(what);
        var before = _lab.Files();

        var answer = await _lab.RunAsync("store", "restore", file, "--force");
        var elsewhere = what == "the store itself" ? answer
            : await _lab.RunAsync("store", "restore", file, "--store", _lab.At("new.db"));

        Assert.Equal((code, code), (answer.Code, elsewhere.Code));
        Assert.Contains(said, answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer.Error, StringComparison.Ordinal);
        Assert.Equal("", answer.Out);
        Assert.Equal(before, _lab.Files());
    }

    [Fact]
    public async Task A_damaged_store_is_replaced_and_kept_as_it_is()
    {
        await _lab.FillAsync();
        await _lab.RunAsync("store", "backup", _lab.Backup);
        LiteDbLab.Damage(_lab.Store, LiteDbLab.Text(17));
        File.Delete(_lab.Store + ".sum");

        var answer = await _lab.RunAsync("store", "restore", _lab.Backup, "--force");

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Equal(30, LiteDbLab.Versions(_lab.Store).Count);
        Assert.Equal(ExitCodes.Failed, (await _lab.RunAsync("store", "check", "--store", _lab.Store + ".before-restore")).Code);
    }

    [Fact]
    public async Task A_file_that_another_program_has_open_is_left_to_it_and_not_copied()
    {
        await _lab.FillAsync();
        await _lab.RunAsync("store", "backup", _lab.Backup);
        using var foreign = new LiteDatabase(_lab.Store);

        var answer = await _lab.RunAsync("store", "restore", _lab.Backup, "--force");

        Assert.Equal(ExitCodes.Held, answer.Code);
        Assert.Contains($"process {Environment.ProcessId} (", answer.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_lab.Store + ".before-restore"));
    }

    [Fact]
    public async Task A_log_that_its_store_left_behind_is_not_in_the_way()
    {
        await _lab.FillAsync();
        await _lab.RunAsync("store", "backup", _lab.Backup);
        File.Delete(_lab.Store);

        var answer = await _lab.RunAsync("store", "restore", _lab.Backup);

        Assert.Equal((ExitCodes.Done, ""), (answer.Code, answer.Error));
        Assert.Equal(ExitCodes.Done, (await _lab.RunAsync("store", "check")).Code);
    }

    [Theory]
    [InlineData("/sys/store.db", "cannot be locked")]
    [InlineData("none/store.db", "there is no folder")]
    public async Task A_place_where_no_store_can_be_is_named(string place, string said)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The places are Linux's.");
        await _lab.FillAsync();
        await _lab.RunAsync("store", "backup", _lab.Backup);

        var answer = await _lab.RunAsync("store", "restore", _lab.Backup, "--store", place[0] == '/' ? place : _lab.At(place));

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains(said, answer.Error, StringComparison.Ordinal);
    }

    private string Spoil(string what)
    {
        var whole = File.ReadAllBytes(_lab.Backup);
        switch (what)
        {
            case "a folder":
                return Path.GetDirectoryName(_lab.Store)!;
            case "nothing":
                return _lab.At("none");
            case "no name":
                return "";
            case "the store itself":
                return _lab.Store;
            case "another store":
                return _lab.At("other.db");
            case "a byte in its header":
                LiteDbLab.Flip(_lab.Backup, 40);
                return _lab.Backup;
            case "a byte in the middle":
                LiteDbLab.Flip(_lab.Backup, whole.Length / 2);
                return _lab.Backup;
            case "a byte at its end":
                LiteDbLab.Flip(_lab.Backup, whole.Length - 4000);
                return _lab.Backup;
        }

        File.WriteAllBytes(_lab.Backup, what switch
        {
            "an empty file" => [],
            "a text file" => "epoch,elbo\n1,-90\n"u8.ToArray(),
            "half of it" => whole[..(whole.Length / 2)],
            "without its last page" => whole[..^8192],
            "without its last byte" => whole[..^1],
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "not a way to spoil it"),
        });
        return _lab.Backup;
    }
}
