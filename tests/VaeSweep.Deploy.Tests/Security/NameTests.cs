using VaeSweep.Cluster.Files;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Deploy.Tests.Security;

/// <summary>Names and links that try to lead out of the artifacts folder.</summary>
public sealed class NameTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("../escape")]
    [InlineData("/etc/escape")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("-rf")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("nul\0byte")]
    [InlineData("line\nbreak")]
    [InlineData("%2e%2e")]
    [InlineData("ѕweep")]
    [InlineData("sweep\u202Egpj")]
    [InlineData("．．／sweep")]
    [InlineData("")]
    public void A_sweep_file_with_a_hostile_name_is_refused(string name)
    {
        var quoted = System.Text.Json.JsonSerializer.Serialize(name);
        var text = Sweeps.Of("NAME", epochs: 1, dataset: "sprites")
            .Replace("name: NAME", $"name: {quoted}", StringComparison.Ordinal);

        Assert.Throws<SweepFileException>(() => SweepFile.Parse(text, "hostile.yaml"));
    }

    [Fact]
    public void A_name_of_a_thousand_letters_is_refused()
    {
        Assert.Throws<SweepFileException>(() => SweepFile.Parse(Sweeps.Of(new string('x', 1000), epochs: 1), "hostile.yaml"));
    }

    [Fact]
    public async Task Whoever_writes_hostile_names_into_the_store_reaches_no_file_outside()
    {
        await using var lab = await Lab.StartAsync(Token);
        var definition = SweepFile.Parse(Sweeps.Of("plain", epochs: 1, dataset: "sprites"), "plain.yaml");
        string[] names = ["../../escape", lab.PathOf("absolute"), "..", "a/../../b", "ѕweep\u202Egpj", new string('x', 2000)];
        await lab.StopHeadAsync();
        await using (var store = StoreFactory.Open(lab.StorePath, TimeProvider.System))
        {
            await store.MigrateAsync(Token);
            // Not through a sweep file, which would be refused.
            foreach (var name in names)
                await store.SubmitAsync(new SweepSubmission(name, definition.Text, 1), definition.Expand(), Token);
        }

        var artifacts = lab.PathOf("deep/er/artifacts");
        lab.Environment["VAESWEEP_ARTIFACTS"] = artifacts;
        await lab.StartHeadAsync(Token);
        var before = FilesOutside(lab);
        await lab.DoAsync(Token, "worker", "--devices", "cpu:1", "--until-done");

        Assert.Equal(2L * names.Length, await lab.CountAsync("SELECT count(*) FROM trials WHERE state = 'succeeded'", Token));
        Assert.Equal(before, FilesOutside(lab));
        Assert.Equal(names.Length, Directory.GetDirectories(artifacts).Length);
        Assert.Equal(2 * names.Length, Directory.GetFiles(artifacts, "model.safetensors", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task Cleaning_up_does_not_follow_a_link()
    {
        var folder = Directory.CreateTempSubdirectory("vaesweep-links-").FullName;
        await using var store = StoreFactory.Open(Path.Combine(folder, "store.db"), TimeProvider.System);
        await store.MigrateAsync(Token);
        var definition = SweepFile.Parse(Sweeps.Of("linked", epochs: 1, dataset: "sprites"), "linked.yaml");
        await store.SubmitAsync(new SweepSubmission("linked", definition.Text, 1), definition.Expand(), Token);
        var trial = (await store.FindTrialsAsync("", "linked", 1, Token))[0];
        var mine = Path.Combine(folder, "artifacts", "linked", $"{trial.Id}.{trial.Key}");
        var theirs = Path.Combine(folder, "theirs");
        foreach (var place in new[] { Path.Combine(mine, "attempt-0"), theirs })
        {
            Directory.CreateDirectory(place);
            File.WriteAllText(Path.Combine(place, "ckpt-e000001.vsckpt"), "");
        }

        Directory.CreateSymbolicLink(Path.Combine(mine, "attempt-00"), theirs);

        var deleted = await Leftovers.DeleteAsync(store, "linked", Path.Combine(folder, "artifacts"), Token);

        Assert.Equal(1, deleted);
        Assert.True(File.Exists(Path.Combine(theirs, "ckpt-e000001.vsckpt")));
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    // The store, its head's logs and what nodes keep for a while are where they belong.
    private static List<string> FilesOutside(Lab lab)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        string[] own = [lab.StorePath, lab.PathOf("deep"), lab.PathOf("tmp"), lab.PathOf("head-")];
        return [
            .. Directory.GetFileSystemEntries(lab.Folder, "*", options)
                .Where(entry => !own.Any(place => entry.StartsWith(place, StringComparison.Ordinal)))
                .Concat(Directory.GetFileSystemEntries(Path.GetDirectoryName(lab.Folder)!, "escape*"))
                .Order(StringComparer.Ordinal),
        ];
    }
}
