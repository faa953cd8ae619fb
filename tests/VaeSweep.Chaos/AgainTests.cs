namespace VaeSweep.Chaos;

/// <summary>What runs again, and what does not.</summary>
public sealed class AgainTests(References references)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_edited_sweep_runs_only_its_difference()
    {
        using var desk = new Desk(Sweeps.Short().Replace("[false, true]", "[false]", StringComparison.Ordinal));
        await desk.DoAsync(desk.Run, Token);
        var before = await desk.QueryAsync("SELECT trial, started_at FROM attempts ORDER BY trial", Token);
        desk.WriteSweep(Sweeps.Short());

        var table = await desk.DoAsync(desk.Run, Token);

        var after = await desk.QueryAsync("SELECT trial, started_at FROM attempts ORDER BY trial", Token);
        Assert.Equal(3, before.Count);
        Assert.Equal(4, after.Count);
        Assert.All(before, attempt => Assert.Contains(after, a => a.SequenceEqual(attempt)));
        (await Outcome.ReadAsync(desk, table, Token)).AssertSameAs(await references.OfAsync(Sweeps.Short(), Token));
        await Order.AssertFinishedAsync(desk, Token);
    }

    [Fact]
    public async Task A_trial_whose_trainer_is_killed_again_and_again_fails_with_the_reason_and_a_retry_finishes_it()
    {
        const int MaxAttempts = 3;
        var reference = await references.OfAsync(Sweeps.Long, Token);
        using var desk = new Desk(Sweeps.Long, devices: "cpu:1");
        using (var run = desk.Run())
        {
            for (var attempt = 1; attempt <= MaxAttempts; attempt++)
            {
                // An attempt is claimed when its trainer is ready.
                await desk.HoldsAsync($"SELECT count(*) > 0 FROM attempts WHERE attempt = {attempt}", Token);
                Posix.Signal(Assert.Single(run.Trainers()), Posix.Kill);
            }

            var code = await run.ExitAsync(Token);
            Assert.True(code == 1, $"exit code {code}\n{run.Errors}");
            Assert.Contains("signal 9", run.Errors, StringComparison.Ordinal);
            Assert.Contains("vaesweep retry chaos --failed", run.Errors, StringComparison.Ordinal);
        }

        var failed = Assert.Single(
            await desk.QueryAsync("SELECT attempts, failure_class, reason FROM trials WHERE state = 'failed'", Token));
        Assert.Equal((long)MaxAttempts, failed[0]);
        Assert.Equal("crash", failed[1]);
        Assert.Contains("signal 9", (string)failed[2]!, StringComparison.Ordinal);
        await desk.DoAsync(() => CommandRun.Start(desk.Folder, "retry", "chaos", "--failed"), Token);
        var table = await desk.DoAsync(desk.Resume, Token);
        (await Outcome.ReadAsync(desk, table, Token)).AssertSameAs(reference);
        await Order.AssertFinishedAsync(desk, Token);
    }
}
