using VaeSweep.Models.Layers;
using VaeSweep.Sweeps;
using VaeSweep.Training.Optimizers;

namespace VaeSweep.Training.Tests;

/// <summary>Adam as the IWAE's published code takes its steps.</summary>
public sealed class IwaeCodeAdamTests : TrainingTest
{
    /// <summary>Printed by iwae_adam.py beside this file, on NumPy: parameters after eight steps of each trial.</summary>
    private static readonly double[][] _numPy =
    [
        [-0.99980034993768696, -0.49903560911112982, 0.00067636512334954277, 0.49991899575195198, 0.99910005682679448],
        [-0.99848263461570796, -0.49432998702270992, 0.0025214465172575052, 0.4989955159278906, 0.9946349082553293],
    ];

    [Fact]
    public void Eight_steps_of_a_pack_end_where_the_published_code_s_do()
    {
        using var scope = NewDisposeScope();
        var parameter = Row(i => -1 + (0.5 * i)).requires_grad_();
        using var adam = Optimizer(parameter);

        for (var step = 1; step <= 8; step++)
        {
            (parameter * Row(i => Gradient(step, i))).sum().backward();
            var norms = adam.Step().Values<double>();

            var expected = Math.Sqrt(Enumerable.Range(0, 5).Sum(i => Math.Pow(Gradient(step, i), 2)));
            Assert.All(norms, norm => Assert.Equal(expected, norm, 1e-12));
        }

        Assert.All(_numPy.SelectMany(row => row).Zip(parameter.Values<double>()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void The_first_step_moves_nothing()
    {
        using var scope = NewDisposeScope();
        var parameter = Row(i => i).requires_grad_();
        using var adam = Optimizer(parameter);
        (parameter * Row(_ => 3)).sum().backward();

        adam.Step();

        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], parameter.Values<double>());
        Assert.Null(parameter.grad);
    }

    private static IOptimizer Optimizer(Tensor parameter) => OptimizerKinds.Registry["adam_iwae_code"](
        [new NamedTensor("p", parameter)], [Trial(0.02, start: 1), Trial(0.05, start: 0.25)]);

    private static TrainConfig Trial(double rate, double start) => new()
    {
        BatchSize = 20, Optimizer = "adam_iwae_code",
        Adam = new() { Lr = rate, Beta1 = 0.99, Eps = 1e-4, EpsForm = "hat", SecondMomentStart = start },
    };

    private static double Gradient(int step, int i) => step * Math.Sin(1 + i + (2 * step)) / 10;

    private static Tensor Row(Func<int, double> value) =>
        torch.tensor(Enumerable.Range(0, 10).Select(i => value(i % 5)).ToArray(), [2, 5]);
}
