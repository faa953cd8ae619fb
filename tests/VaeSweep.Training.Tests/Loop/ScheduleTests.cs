using VaeSweep.Models;
using VaeSweep.Sweeps;
using VaeSweep.Training.Optimizers;
using VaeSweep.Training.Schedules;
using VaeSweep.Training.Warmups;

namespace VaeSweep.Training.Tests;

public sealed class ScheduleTests
{
    [Fact]
    public void Every_name_of_the_schema_is_registered_and_no_other()
    {
        Assert.Equal(ConfigSchema.Find("train.schedule")!.Allowed, ScheduleKinds.Registry.Names);
        Assert.Equal(ConfigSchema.Find("train.optimizer.name")!.Allowed, OptimizerKinds.Registry.Names);
        Assert.Equal(ConfigSchema.Find("objective.warmup")!.Allowed, WarmupKinds.Registry.Names);
    }

    [Theory]
    [InlineData(1, 1e-3)]
    [InlineData(200, 1e-3)]
    [InlineData(201, 0.75e-3)]
    [InlineData(401, 0.5625e-3)]
    public void A_step_schedule_multiplies_by_its_factor_every_so_many_epochs(int epoch, double expected) =>
        Assert.Equal(expected, ScheduleKinds.Rate(new() { Schedule = "step" }, epoch), 1e-15);

    [Fact]
    public void The_iwae_schedule_has_eight_stages_with_the_published_rates_and_lengths()
    {
        var train = new TrainConfig { Schedule = "iwae" };

        var stages = Enumerable.Range(1, 4000).GroupBy(epoch => Math.Round(ScheduleKinds.Rate(train, epoch), 8))
            .Select(stage => (stage.Key, stage.First(), stage.Count())).ToArray();

        Assert.Equal(
            [(1e-3, 1, 1), (7.2e-4, 2, 3), (5.2e-4, 5, 9), (3.7e-4, 14, 27), (2.7e-4, 41, 81), (1.9e-4, 122, 243),
                (1.4e-4, 365, 729), (1e-4, 1094, 2187 + 720)], stages);
    }

    [Theory]
    [InlineData("linear", new[] { 0, 0.25, 0.5, 0.75, 1, 1 })]
    [InlineData("vampprior", new[] { 0.25, 0.5, 0.75, 1, 1, 1 })]
    public void A_warm_up_grows_as_published_and_is_over_after_its_epochs(string form, double[] expected)
    {
        var objective = new ObjectiveConfig { Beta = 2, Warmup = form, WarmupEpochs = 4 };

        Assert.Equal(expected, Enumerable.Range(1, 6).Select(epoch => WarmupKinds.Beta(objective, epoch) / 2));
        Assert.Equal(2, WarmupKinds.Beta(objective with { WarmupEpochs = 0 }, 1));
    }

    [Fact]
    public void A_cyclic_warm_up_begins_anew_in_every_cycle_and_stays_at_one_after_the_last()
    {
        var objective = new ObjectiveConfig { Warmup = "cyclic", WarmupEpochs = 16, WarmupCycles = 2, WarmupRatio = 0.5 };

        double[] cycle = [0, 0.25, 0.5, 0.75, 1, 1, 1, 1];
        Assert.Equal([.. cycle, .. cycle, 1, 1], Enumerable.Range(1, 18).Select(epoch => WarmupKinds.Beta(objective, epoch)));
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(7, 7)]
    [InlineData(100, 9)]
    public void A_cyclic_warm_up_reaches_no_more_than_all_and_falls_exactly_once_a_cycle(int epochs, int cycles)
    {
        var objective = new ObjectiveConfig { Warmup = "cyclic", WarmupEpochs = epochs, WarmupCycles = cycles,
            WarmupRatio = 0.5 };

        var shares = Enumerable.Range(1, epochs).Select(epoch => WarmupKinds.Beta(objective, epoch)).ToArray();

        Assert.All(shares, share => Assert.InRange(share, 0, 1));
        Assert.Equal(0, shares[0]);
        Assert.Equal(epochs == cycles ? 0 : cycles - 1, shares.Zip(shares.Skip(1)).Count(pair => pair.Second < pair.First));
    }
}
