using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.LiteDb;

/// <remarks>A store knows its files by whole paths; both travel together.</remarks>
public sealed class MovedStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-moved-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("moved/a.db")]
    [InlineData("named anew.db")]
    [InlineData("link/a.db")]
    public async Task A_store_finds_its_files_where_it_was_moved_to(string to)
    {
        var (first, second) = (await MakeAsync(), Path.Combine(_folder, to));
        if (to.StartsWith("link/", StringComparison.Ordinal))
        {
            Directory.CreateDirectory(Path.Combine(_folder, "real"));
            Directory.CreateSymbolicLink(Path.Combine(_folder, "link"), Path.Combine(_folder, "real"));
        }

        Move(first, second);
        await using var store = StoreFactory.Open(second, TimeProvider.System);
        await store.MigrateAsync(Token);

        var trials = await store.FindTrialsAsync("", "s", 10, Token);
        var own = second + ".artifacts/s/";
        Assert.Equal(own + trials[0].Id + "/attempt-1/model.safetensors", trials[0].ModelPath);
        Assert.Equal(own + trials[1].Id + "/attempt-1/ckpt-1", trials[1].CheckpointPath);
        var evaluation = await store.Results.EvaluationsAsync(TrialFilter.AllOf("s"), null, Token).SingleAsync(Token);
        Assert.Equal(own + trials[0].Id + "/attempt-1/values.npy", evaluation.File);
        var claim = Assert.Single(
            await store.ClaimAsync(new ClaimRequest("host:2/cpu:0", "cpu:0", "other"), Token));
        Assert.Equal(trials[1].CheckpointPath, claim.CheckpointPath);
        var rows = await store.QueryAsync(
            "SELECT model_path FROM trials WHERE model_path IS NOT NULL", null, TimeSpan.FromSeconds(30), Token);
        Assert.Equal(trials[0].ModelPath, rows.Rows.Single()[0]);
    }

    [Fact]
    public async Task A_copy_deletes_nothing_of_the_store_that_it_was_copied_from()
    {
        var first = await MakeAsync();
        var copy = Path.Combine(_folder, "copy", "a.db");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        foreach (var ending in (string[])["", ".wal", ".sum"])
            File.Copy(first + ending, copy + ending);
        await using var store = StoreFactory.Open(copy, TimeProvider.System);
        await store.MigrateAsync(Token);

        // It no longer needs any of the files, and has none of its own.
        await store.SubmitAsync(new SweepSubmission("s", ""), [], Token);
        await store.ForgetCheckpointsAsync([.. (await store.ListCheckpointsAsync(Token)).Select(one => one.Key)], Token);
        var obsolete = await store.TakeObsoleteCheckpointsAsync(10, Token);

        Assert.Empty(obsolete);
    }

    private static void Move(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        foreach (var ending in (string[])["", ".wal", ".sum"])
            File.Move(from + ending, to + ending);
        Directory.Move(from + ".artifacts", to + ".artifacts");
    }

    private async Task<string> MakeAsync()
    {
        var path = Path.Combine(_folder, "a.db");
        await using var store = StoreFactory.Open(path, TimeProvider.System);
        await store.MigrateAsync(Token);
        var trials = Enumerable.Range(0, 2)
            .Select(i => new Trial(i, new string((char)('a' + i), 64), $$"""{"seed":{{i}}}""", i, "pack", 1)).ToList();
        await store.SubmitAsync(new SweepSubmission("s", ""), trials, Token);
        var claims = await store.ClaimAsync(new ClaimRequest("host:1/cpu:0", "cpu:0", "token", 2), Token);
        string Artifact(int trial, string name)
        {
            var file = Path.Combine(path + ".artifacts", "s", trials[trial].Id, "attempt-1", name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, name);
            return file;
        }

        await store.AppendAsync(
            new ReportBatch(
                [new AttemptEpoch(claims[0].Attempt, new EpochReport { Epoch = 1 })],
                [new AttemptCheckpoint(claims[1].Attempt, 0, Artifact(1, "ckpt-1"), Best: false)]), Token);
        await store.FinishAsync(
            claims[0].Attempt,
            new AttemptEnd(AttemptOutcome.Succeeded)
            {
                ModelPath = Artifact(0, "model.safetensors"),
                Evaluations = [new Evaluation("test_nll", 1, 1, 1) { File = Artifact(0, "values.npy") }],
            }, Token);
        await store.FinishAsync(claims[1].Attempt, new AttemptEnd(AttemptOutcome.Released), Token);
        return path;
    }
}
