using VaeSweep.Sweeps;
using VaeSweep.Training.Schedules;
using VaeSweep.Training.Warmups;

namespace VaeSweep.Training.Tests;

/// <summary>Learning rates and weights of the KL term, epoch by epoch. Printed by schedules.py beside this file, on PyTorch
/// 1.13.</summary>
public sealed class ScheduleGoldenTests
{
    private static readonly int[] _iwaeEpochs = [1, 2, 4, 5, 13, 14, 40, 41, 121, 122, 364, 365, 1093, 1094, 3280];

    private static readonly double[] _iwae =
        [0.001, 0.00071999999999999994, 0.00071999999999999994, 0.00052000000000000006, 0.00052000000000000006,
            0.00036999999999999999, 0.00036999999999999999, 0.00027, 0.00027, 0.00019000000000000001, 0.00019000000000000001,
            0.00013999999999999999, 0.00013999999999999999, 0.0001, 0.0001];

    public static TheoryData<double, double, int, double[]> Steps => new()
    {
        { 1e-3, 0.75, 3, new double[] { 0.001, 0.001, 0.001, 0.00075000000000000002, 0.00075000000000000002,
            0.00075000000000000002, 0.00056250000000000007, 0.00056250000000000007, 0.00056250000000000007,
            0.00042187500000000005, 0.00042187500000000005, 0.00042187500000000005 } },
        { 2e-4, 0.5, 1, new double[] { 0.00020000000000000001, 0.0001, 5.0000000000000002e-05, 2.5000000000000001e-05,
            1.2500000000000001e-05 } },
    };

    public static TheoryData<string, int, int, double, double[]> Warmups => new()
    {
        { "linear", 5, 1, 1, new double[] { 0, 0.20000000000000001, 0.40000000000000002, 0.59999999999999998, 0.80000000000000004,
            1, 1, 1 } },
        { "vampprior", 5, 1, 1, new double[] { 0.20000000000000001, 0.40000000000000002, 0.59999999999999998, 0.80000000000000004,
            1, 1, 1, 1 } },
        { "cyclic", 12, 3, 0.5, new double[] { 0, 0.5, 1, 1, 0, 0.5, 1, 1, 0, 0.5, 1, 1, 1, 1 } },
        { "cyclic", 20, 4, 0.8, new double[] { 0, 0.25, 0.5, 0.74999999999999989, 1, 0, 0.25, 0.5, 0.74999999999999989, 1, 0,
            0.25, 0.5, 0.74999999999999989, 1, 0, 0.25, 0.5, 0.74999999999999989, 1, 1, 1 } },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_schedule_is_PyTorch_s(double start, double factor, int every, double[] expected)
    {
        var train = new TrainConfig { Schedule = "step", ScheduleFactor = factor, ScheduleEvery = every,
            Adam = new() { Lr = start } };

        Assert.All(expected.Index(), epoch => Assert.Equal(epoch.Item, ScheduleKinds.Rate(train, epoch.Index + 1), 1e-17));
    }

    [Fact]
    public void The_iwae_schedule_is_PyTorch_s_at_the_ends_of_every_stage()
    {
        var train = new TrainConfig { Schedule = "iwae" };

        Assert.All(_iwaeEpochs.Zip(_iwae), pair => Assert.Equal(pair.Second, ScheduleKinds.Rate(train, pair.First), 1e-17));
    }

    [Theory]
    [MemberData(nameof(Warmups))]
    public void A_warm_up_has_its_paper_s_weights(string form, int epochs, int cycles, double ratio, double[] expected)
    {
        var objective = new ObjectiveConfig { Warmup = form, WarmupEpochs = epochs, WarmupCycles = cycles, WarmupRatio = ratio };

        Assert.All(expected.Index(), epoch => Assert.Equal(epoch.Item, WarmupKinds.Beta(objective, epoch.Index + 1), 1e-12));
    }
}
