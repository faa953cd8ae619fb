namespace VaeSweep.Chaos;

/// <summary>Room for checkpoints, kept by a real run.</summary>
public sealed class BudgetTests(References references)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_without_room_for_checkpoints_keeps_its_models_and_ends_with_the_same_numbers()
    {
        using var desk = new Desk(Sweeps.Short());

        var table = await desk.DoAsync(
            () => CommandRun.Start(desk.Folder, "run", "sweep.yaml", "--devices", "cpu:2", "--format", "json",
                "--checkpoint-budget", "1kB"), Token);
        var status = await desk.DoAsync(() => CommandRun.Start(desk.Folder, "status", "chaos"), Token);

        (await Outcome.ReadAsync(desk, table, Token)).AssertSameAs(await references.OfAsync(Sweeps.Short(), Token));
        var models = await desk.QueryAsync("SELECT model_path FROM trials", Token);
        Assert.All(models, row => Assert.True(File.Exists((string)row[0]!), $"{row[0]} is gone"));
        var left = Directory.GetFiles(desk.Artifacts, "ckpt-*", SearchOption.AllDirectories);
        Assert.All(left, path => Assert.Contains(models, row => (string)row[0]! == path));
        Assert.Matches(@"checkpoints take .+ of 1 kB", status);
    }
}
