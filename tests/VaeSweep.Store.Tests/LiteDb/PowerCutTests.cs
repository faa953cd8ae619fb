using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>Whatever a power cut leaves on the disk: the store opens, and holds every acknowledged commit once and no other by
/// half.</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private static readonly PageStoreOptions _options = new();

    [Fact]
    public void Every_acknowledged_commit_outlives_a_power_cut_and_none_is_there_by_half()
    {
        var seed = Long.Seed(20260711);
        var simulation = new PowerCutSimulation(seed, Long.Of(400, 10_000), () => new SimulatedDisk(), _options);

        simulation.Run();

        Assert.Empty(simulation.Faults);
        Assert.All(simulation.Cuts, cuts => Assert.True(cuts > 0));
        Assert.True(simulation.Replays > 50);
        Long.Proved($"{string.Join(" + ", simulation.Cuts)} power cuts (first, second, third in a row) while a store was written:"
            + " none harmed it");
    }

    [Theory]
    [InlineData("commit")]
    [InlineData("data")]
    [InlineData("truncation")]
    public void A_store_that_leaves_a_sync_out_is_found_out(string sync)
    {
        var simulation = new PowerCutSimulation(7, 1500, () => new SimulatedDisk { IgnoresSync = Ignores },
            _options) { StopsAtFault = !Long.Runs };

        simulation.Run();

        output.WriteLine($"without the sync of a {sync}: found out by {simulation.Faults.Count} of {simulation.Cuts.Sum()} " +
            $"cuts, such as: {simulation.Faults.FirstOrDefault()}");
        Assert.NotEmpty(simulation.Faults);

        bool Ignores(SimulatedFile file) => sync switch
        {
            "commit" => IsLog(file) && file.LastWrite >= LogHeader.Bytes,
            "truncation" => IsLog(file) && file.LastWrite < LogHeader.Bytes,
            _ => !IsLog(file),
        };
    }

    [Fact]
    public void A_store_without_sums_of_its_frames_is_found_out()
    {
        var simulation = new PowerCutSimulation(8, 6000, () => new SimulatedDisk(), _options
            with { FrameSum = (_, _) => 1 }) { StopsAtFault = !Long.Runs };

        simulation.Run();

        output.WriteLine($"without sums of frames: found out by {simulation.Faults.Count} of {simulation.Cuts.Sum()} cuts, " +
            $"such as: {simulation.Faults.FirstOrDefault()}");
        Assert.NotEmpty(simulation.Faults);
    }

    private static bool IsLog(SimulatedFile file) => file.Path == PageStore.LogPath(PowerCutSimulation.Path);
}
