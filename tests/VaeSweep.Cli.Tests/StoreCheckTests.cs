using LiteDB;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli.Tests;

/// <summary>`vaesweep store check` and `vaesweep store compact` on LiteDB stores.</summary>
public sealed class StoreCheckTests : IDisposable
{
    private readonly LiteDbLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_whole_store_is_said_to_be_well_with_what_it_holds()
    {
        await _lab.FillAsync();
        var before = _lab.Files();

        var text = await _lab.RunAsync("store", "check");
        var json = await _lab.RunAsync("store", "check", "--format", "json");

        Assert.Equal((ExitCodes.Done, ""), (text.Code, text.Error));
        Assert.Contains("all is well", text.Out, StringComparison.Ordinal);
        Assert.Matches(@" 33 documents match their checksums \(meta 1, sweeps 2, trials 30; .* s\)\.\n$", text.Out);
        Assert.Equal((ExitCodes.Done, ""), (json.Code, json.Error));
        Assert.True(json.Json().GetProperty("sound").GetBoolean());
        Assert.Equal(30, json.Json().GetProperty("collections").GetProperty("trials").GetInt32());
        Assert.Equal(before, _lab.Files());
    }

    [Fact]
    public async Task Damage_is_said_by_name_and_the_rest_is_rescued()
    {
        await _lab.FillAsync();
        LiteDbLab.Damage(_lab.Store, LiteDbLab.Text(17));
        var rescued = _lab.At("rescued.db");
        var before = _lab.Files();

        var text = await _lab.RunAsync("store", "check");
        var json = await _lab.RunAsync("store", "check", "--format", "json");
        var csv = await _lab.RunAsync("store", "check", "--format", "csv");
        var unchanged = _lab.Files();
        var rescue = await _lab.RunAsync("store", "check", "--rescue", rescued);

        Assert.Equal(ExitCodes.Failed, text.Code);
        Assert.Contains("trials/17", text.Out, StringComparison.Ordinal);
        Assert.Contains("--rescue", text.Out, StringComparison.Ordinal);
        Assert.Equal(["trials/17"], json.Json().GetProperty("lost").EnumerateArray().Select(name => name.GetString()!));
        Assert.False(json.Json().GetProperty("sound").GetBoolean());
        Assert.StartsWith("finding\n", csv.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(before, unchanged);
        Assert.Equal(ExitCodes.Failed, rescue.Code);
        Assert.Contains("Left out:\n  trials/17", rescue.Out, StringComparison.Ordinal);
        Assert.Equal(29, LiteDbLab.Versions(rescued).Count);
        Assert.Equal(ExitCodes.Done, (await _lab.RunAsync("store", "check", "--store", rescued)).Code);
    }

    [Fact]
    public async Task Of_lost_reports_it_is_said_whose_they_are()
    {
        using (var held = await StoreLock.TakeAsync(_lab.Store, TimeProvider.System, LiteDbLab.Token))
        {
            using var file = LiteDbFile.Open(held);
            file.Commit(new StoreChanges().Upsert(StoreCollections.Segments,
                new BsonDocument { ["_id"] = TrialKeys.Of(7, 12), ["text"] = LiteDbLab.Text(7) }));
        }

        LiteDbLab.Damage(_lab.Store, LiteDbLab.Text(7));

        var answer = await _lab.RunAsync("store", "check");

        Assert.Equal(ExitCodes.Failed, answer.Code);
        Assert.Contains($"segments/{TrialKeys.Of(7, 12)}", answer.Out, StringComparison.Ordinal);
        Assert.Contains("epoch reports of trials/7.", answer.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".", "is a folder")]
    [InlineData("test.db", "the store's own files")]
    [InlineData("mine", "is there already")]
    [InlineData("none/rescued.db", "there is no folder")]
    public async Task A_rescue_goes_only_where_nothing_is(string name, string said)
    {
        await _lab.FillAsync();
        await File.WriteAllTextAsync(_lab.At("mine"), "mine", LiteDbLab.Token);
        var before = _lab.Files();

        var answer = await _lab.RunAsync("store", "check", "--rescue", _lab.At(name));

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.Contains(said, answer.Error, StringComparison.Ordinal);
        Assert.Equal(before, _lab.Files());
    }

    [Theory]
    [InlineData(".wal")]
    [InlineData(".sum")]
    public async Task A_store_that_came_without_its_other_files_is_refused_and_can_be_adopted(string missing)
    {
        await _lab.FillAsync();
        File.Delete(_lab.Store + missing);

        var check = await _lab.RunAsync("store", "check");
        var backup = await _lab.RunAsync("store", "backup", _lab.Backup);
        var adopt = await _lab.RunAsync("store", "check", "--adopt");

        Assert.Equal(ExitCodes.Failed, check.Code);
        Assert.Contains($"test.db{missing}' is missing", check.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, backup.Code);
        Assert.Contains("--adopt", backup.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, adopt.Code);
        Assert.Equal(ExitCodes.Done, (await _lab.RunAsync("store", "check")).Code);
        Assert.Equal(30, LiteDbLab.Versions(_lab.Store).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_another_program_changed_is_refused_and_adopted_when_that_is_meant(bool checkpoint)
    {
        await _lab.FillAsync();
        using (var foreign = new LiteDatabase(_lab.Store))
        {
            var trial = foreign.GetCollection("trials").FindById(2L);
            trial["v"] = 5;
            foreign.GetCollection("trials").Update(trial);
            if (checkpoint)
                foreign.Checkpoint();
        }

        var check = await _lab.RunAsync("store", "check");
        var adopt = await _lab.RunAsync("store", "check", "--adopt", "--format", "json");

        Assert.Equal(ExitCodes.Failed, check.Code);
        Assert.Contains("--adopt", check.Out + check.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Done, ""), (adopt.Code, adopt.Error));
        Assert.Equal(["trials/2"], adopt.Json().GetProperty("changed").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(5, LiteDbLab.Versions(_lab.Store)[1]);
        Assert.Equal(ExitCodes.Done, (await _lab.RunAsync("store", "check")).Code);
    }

    [Fact]
    public async Task A_file_that_another_program_has_open_is_left_to_it()
    {
        await _lab.FillAsync();
        using var foreign = new LiteDatabase(_lab.Store);
        foreign.GetCollection("trials").Upsert(new BsonDocument { ["_id"] = 1L, ["v"] = 9 });

        var answer = await _lab.RunAsync("store", "check", "--adopt");

        Assert.Equal(ExitCodes.Held, answer.Code);
        Assert.Contains($"process {Environment.ProcessId} (", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sound_store_is_not_adopted_and_keeps_its_generation()
    {
        var before = await _lab.FillAsync();

        var answer = await _lab.RunAsync("store", "check", "--adopt");

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Contains("nothing to take over", answer.Out, StringComparison.Ordinal);
        Assert.Equal(before, await _lab.FillAsync());
    }

    [Fact]
    public async Task To_rescue_and_to_adopt_at_once_is_wrong_usage()
    {
        await _lab.FillAsync();

        var answer = await _lab.RunAsync("store", "check", "--adopt", "--rescue", _lab.At("rescued.db"));

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.False(File.Exists(_lab.At("rescued.db")));
    }

    [Fact]
    public async Task Compacting_says_the_sizes_before_and_after_and_keeps_what_is_there()
    {
        var before = await _lab.FillAsync(trials: 500);
        using (var held = await StoreLock.TakeAsync(_lab.Store, TimeProvider.System, LiteDbLab.Token))
        {
            using var file = LiteDbFile.Open(held);
            var deletions = new StoreChanges();
            for (var id = 31L; id <= 500; id++)
                deletions.Delete(StoreCollections.Trials, id);

            file.Commit(deletions);
        }

        var json = await _lab.RunAsync("store", "compact", "--format", "json");
        var text = await _lab.RunAsync("store", "compact");

        Assert.Equal((ExitCodes.Done, ""), (json.Code, json.Error));
        var was = json.Json().GetProperty("bytes_before").GetInt64();
        var became = json.Json().GetProperty("bytes_after").GetInt64();
        Assert.True(became < was / 5, $"{was} became {became}");
        Assert.Equal(became, new FileInfo(_lab.Store).Length);
        Assert.Matches(@"B before, \d.*B after", text.Out);
        Assert.Equal(30, LiteDbLab.Versions(_lab.Store).Count);
        Assert.Equal(before, await _lab.FillAsync());
    }

    [Fact]
    public async Task A_damaged_store_is_not_compacted()
    {
        await _lab.FillAsync();
        LiteDbLab.Damage(_lab.Store, LiteDbLab.Text(17));
        var before = await File.ReadAllBytesAsync(_lab.Store, LiteDbLab.Token);

        var answer = await _lab.RunAsync("store", "compact");

        Assert.Equal(ExitCodes.Failed, answer.Code);
        Assert.Contains("--rescue", answer.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_lab.Store, LiteDbLab.Token));
        Assert.False(File.Exists(_lab.Store + ".compact"));
    }
}
