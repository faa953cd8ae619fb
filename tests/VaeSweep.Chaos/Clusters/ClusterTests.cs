using System.Globalization;
using VaeSweep.Chaos.Clusters;

namespace VaeSweep.Chaos;

/// <summary>A head and workers in processes of their own, killed, halted and drained on a schedule that a seed decides.</summary>
public sealed class ClusterTests(References references, ITestOutputHelper output)
{
    private const int Workers = 3;
    private const int Trials = 12;

    /// <summary>Work between two kills.</summary>
    private const double EpochsPerKill = 0.5;

    private const string Done = "SELECT count(*) = 12 FROM trials WHERE state = 'succeeded'";

    private static readonly int _kills = Long.Of(50, 1000);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Heads_workers_and_trainers_that_are_killed_again_and_again_give_what_an_undisturbed_run_gives()
    {
        var seed = Long.Seed(Environment.TickCount & 0xFFFFFF);
        var epochs = (int)(_kills * EpochsPerKill);
        output.WriteLine($"VAESWEEP_SEED={seed} gives the same schedule again; {Trials} trials of {epochs} epochs");
        var sweep = Sweeps.Many(epochs);
        var reference = await references.OfAsync(sweep, Token);
        using var desk = new Desk(sweep);
        using var cluster = new LiveCluster(desk, $"127.0.0.1:{Ports.Free()}", Workers);

        await cluster.StartAsync(Token);
        await desk.DoAsync(() => CommandRun.Start(desk.Folder, "submit", "sweep.yaml"), Token);
        var began = TimeProvider.System.GetTimestamp();
        var progress = new Progress(desk, Trials, epochs);
        await DisturbAsync(cluster, Volley.Schedule(seed, Workers, _kills), progress);
        await SayingAsync(cluster, () => progress.ReachesAsync(1, Token));
        await SayingAsync(cluster, () => desk.HoldsAsync(Done, Token));
        var took = Since(began);
        await cluster.LeaveAsync(Token);

        Assert.True(cluster.Kills >= _kills, $"only {cluster.Kills} kills");
        // Nothing is left to train: it shows the table as the undisturbed run did.
        var table = await desk.DoAsync(desk.Resume, Token);
        (await Outcome.ReadAsync(desk, table, Token)).AssertSameAs(reference);
        await Order.AssertFinishedAsync(desk, Token);
        var attempts = await AssertFewAttemptsAsync(desk, cluster.Blows);
        Long.Proved($"{cluster.Kills} kills of heads, workers and trainers among {cluster.Blows} accidents in {took}, seed "
            + $"{seed}: {attempts} attempts of {Trials} trials of {epochs} epochs, every number as without them");
    }

    private async Task DisturbAsync(LiveCluster cluster, IReadOnlyList<Volley> volleys, Progress progress)
    {
        foreach (var volley in volleys)
        {
            await SayingAsync(cluster, () => progress.ReachesAsync(volley.At, Token));
            output.WriteLine($"{volley.At.ToString("P0", CultureInfo.InvariantCulture)}: {volley}");
            await SayingAsync(cluster, () => cluster.StrikeAsync(volley, Token));
        }

        await cluster.RecoverAsync();
    }

    /// <summary>No accident costs more than the attempts that were under way on a worker: the one that trains, and the one that
    /// waits for it.</summary>
    private static async Task<long> AssertFewAttemptsAsync(Desk desk, int blows)
    {
        var attempts = (long)Assert.Single(await desk.QueryAsync("SELECT count(*) FROM attempts", Token))[0]!;
        Assert.InRange(attempts, Trials, Trials + (2 * blows));
        return attempts;
    }

    /// <summary>Where somebody is waited for in vain, everybody has something to say.</summary>
    private static async Task SayingAsync(LiveCluster cluster, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{cluster.Said()}", late);
        }
    }

    private static string Since(long began) =>
        $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)} s";
}
