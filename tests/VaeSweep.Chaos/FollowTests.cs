namespace VaeSweep.Chaos;

/// <summary>A `run` that is head ends while another's trials are under way.</summary>
public sealed class FollowTests(References references)
{
    private const string OthersSweep = "other.yaml";

    // Not done before another has come, on any machine.
    private static readonly string _first = Sweeps.Long.Replace("epochs: 240", "epochs: 2000", StringComparison.Ordinal);

    // Of trials that are not the first's.
    private static readonly string _other = _first.Replace("name: chaos", "name: other", StringComparison.Ordinal)
        .Replace("latent: 5", "latent: 4", StringComparison.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Posix.Kill)]
    [InlineData(Posix.Interrupt)]
    public async Task Another_run_goes_on_as_head_when_the_one_that_was_it_ends(int signal)
    {
        var reference = await references.OfAsync(_first, Token);
        var others = await references.OfAsync(_other, Token);
        using var desk = new Desk(_first, devices: "cpu:1");
        await File.WriteAllTextAsync(Path.Combine(desk.Folder, OthersSweep), _other, Token);
        using var first = desk.Run();
        await desk.StoredAsync(epochs: 8, Token);
        using var second = CommandRun.Start(desk.Folder, "run", OthersSweep, "--devices", "cpu:1", "--format", "json");
        await desk.HoldsAsync(
            "SELECT count(*) > 0 FROM epochs JOIN trials ON epochs.trial = trials.trial WHERE trials.sweep = 'other'", Token);

        first.SignalParent(signal);
        await first.ExitAsync(Token);
        first.AssertNoneLeft();
        await second.SaidAsync("this one is its head now", Token);
        var code = await second.ExitAsync(Token);

        Assert.True(code == 0, $"exit code {code}. It said:\n{second.Errors}");
        second.AssertNoneLeft();
        Assert.Equal(others.Table, second.Output);
        Assert.Contains("chaos has ", second.Errors, StringComparison.Ordinal);
        Assert.Contains("vaesweep resume chaos", second.Errors, StringComparison.Ordinal);
        // What the first left is as any run's that was stopped.
        var table = await desk.DoAsync(desk.Resume, Token);
        Assert.Equal(reference.Table, table);
        await Order.AssertFinishedAsync(desk, Token);
        // Its end may have cost those an attempt that were under way; the other's went on.
        Assert.All(
            await desk.QueryAsync("SELECT sweep, attempts FROM trials", Token),
            trial => Assert.InRange((long)trial[1]!, 1, trial[0] is "other" ? 1 : 2));
    }
}
