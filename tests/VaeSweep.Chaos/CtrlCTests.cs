using System.Diagnostics;

namespace VaeSweep.Chaos;

/// <summary>Ctrl-C once ends in order, twice at once.</summary>
public sealed class CtrlCTests(References references)
{
    private const int Interrupted = 130;

    /// <summary>A stop in order may wait a minute for a trainer; the second Ctrl-C must not.</summary>
    private static readonly TimeSpan _atOnce = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ctrl_C_brings_every_trial_to_a_checkpoint_and_releases_it()
    {
        var reference = await references.OfAsync(Sweeps.Long, Token);
        using var desk = new Desk(Sweeps.Long);
        using var run = desk.Run();
        await desk.StoredAsync(epochs: 8, Token);

        run.SignalGroup(Posix.Interrupt);
        var code = await run.ExitAsync(Token);

        Assert.True(code == Interrupted, $"exit code {code}. It said:\n{run.Errors}");
        Assert.Contains("vaesweep resume chaos", run.Errors, StringComparison.Ordinal);
        run.AssertNoneLeft();
        await Order.AssertNothingHeldAsync(desk, Token);
        await AssertNothingIsTrainedAgainAsync(desk);
        var table = await desk.DoAsync(desk.Resume, Token);
        (await Outcome.ReadAsync(desk, table, Token)).AssertSameAs(reference);
        await Order.AssertFinishedAsync(desk, Token);
        Assert.Empty(await desk.QueryAsync("SELECT trial FROM attempts WHERE outcome NOT IN ('released', 'succeeded')", Token));
    }

    [Fact]
    public async Task A_second_Ctrl_C_ends_at_once_even_when_the_trainers_hang()
    {
        var reference = await references.OfAsync(Sweeps.Long, Token);
        using var desk = new Desk(Sweeps.Long);
        using var run = desk.Run();
        await desk.StoredAsync(epochs: 8, Token);
        // So that the first one cannot come to its end.
        foreach (var trainer in run.Trainers())
            Posix.Signal(trainer, Posix.Stop);

        run.SignalGroup(Posix.Interrupt);
        await run.SaidAsync("stopping:", Token);
        var since = Stopwatch.GetTimestamp();
        run.SignalGroup(Posix.Interrupt);
        var code = await run.ExitAsync(Token);
        var took = Stopwatch.GetElapsedTime(since);

        Assert.Equal(Interrupted, code);
        Assert.True(took < _atOnce, $"it took {took}");
        run.AssertNoneLeft();
        var table = await desk.DoAsync(desk.Resume, Token);
        (await Outcome.ReadAsync(desk, table, Token)).AssertSameAs(reference);
        await Order.AssertFinishedAsync(desk, Token);
    }

    // Whatever was trained is covered by a checkpoint that is there.
    private static async Task AssertNothingIsTrainedAgainAsync(Desk desk)
    {
        await using var store = await desk.OpenStoreAsync(Token);
        var trials = await store.FindTrialsAsync("", "chaos", 10, Token);
        Assert.Equal(2, trials.Count);
        Assert.Contains(trials, trial => trial.EpochsDone > 0);
        Assert.All(trials, trial =>
        {
            Assert.Equal(VaeSweep.Sweeps.TrialState.Queued, trial.State);
            Assert.True(trial.EpochsDone == 0 || File.Exists(trial.CheckpointPath), $"{trial.CheckpointPath} is not there");
            Assert.True(
                trial.EpochsDone == 0 || trial.CheckpointPath!.Contains($"ckpt-e{trial.EpochsDone:D6}", StringComparison.Ordinal),
                $"{trial.EpochsDone} epochs are stored, but the checkpoint is {trial.CheckpointPath}");
        });
    }
}
