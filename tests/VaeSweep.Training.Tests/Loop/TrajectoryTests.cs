using VaeSweep.Sweeps;
using VaeSweep.Training.Tests.Data;

namespace VaeSweep.Training.Tests;

/// <summary>A whole training, against plain PyTorch on the same weights, images, order and noise.</summary>
public sealed class TrajectoryTests : TrainingTest
{
    /// <summary>Printed by trajectory.py beside this file, on PyTorch 1.13. Nats per image.</summary>
    private static readonly double[] _pyTorch =
        [-321.516397857666, -210.5599349975586, -204.74727783203124, -202.75838394165038, -200.06677856445313];

    [Fact]
    public void Training_on_MNIST_follows_PyTorch_step_by_step()
    {
        TestData.Real("mnist");
        var config = new TrialConfig
        {
            Dataset = new() { Name = "mnist", Binarization = "dynamic", Train = 2000, Test = 100 },
            Model = new() { Layers = [20], Hidden = [[200, 200]], Activation = "softplus" },
            Objective = new(),
            Train = new() { Epochs = _pyTorch.Length, BatchSize = 100 },
            Evaluate = new() { Metrics = ["test_elbo"], Every = _pyTorch.Length },
            Seed = 3,
        };

        var bounds = Run(Trial(config)).Events.OfType<EpochDone>().Select(done => done.Report.TrainElbo).ToArray();

        // A hundred steps in float32: rounding grows along the way, and a wrong gradient, moment or draw would show at once.
        Assert.Equal(_pyTorch.Length, bounds.Length);
        Assert.All(bounds.Zip(_pyTorch), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }
}
