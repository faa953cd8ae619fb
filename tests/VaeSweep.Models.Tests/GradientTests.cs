namespace VaeSweep.Models.Tests;

/// <summary>Gradients against central differences in float64: a second witness beside the golden numbers.</summary>
public sealed class GradientTests : TensorTest
{
    [Theory]
    [InlineData("bernoulli", "elbo", "softplus", false, 0.0)]
    [InlineData("bernoulli", "elbo", "tanh", true, 0.0)]
    [InlineData("bernoulli", "iwae", "softplus", true, 0.0)]
    [InlineData("gaussian", "iwae", "tanh", false, 0.0)]
    [InlineData("gaussian_softplus", "elbo", "softplus", false, 0.05)]
    public void Every_parameters_gradient_is_the_slope_of_the_loss(string decoder, string bound, string activation, bool batchNorm, double freeBits)
    {
        var config = new ModelConfig
        {
            Layers = [2], Hidden = [[4]], Activation = activation, Decoder = decoder, BatchNorm = batchNorm,
        };
        var objective = new ObjectiveConfig { Bound = bound, K = 2, FreeBits = freeBits };
        using var model = PackTests.Build(config, objective, [3, 4], inputs: 5, ScalarType.Float64);
        var x = PackTests.Images(2, batch: 4, inputs: 5, ScalarType.Float64);
        var eps = model.DrawNoise(4, 2, PackTests.Streams([3, 4]));
        var beta = StepGoldenTests.Of([1, 0.4], ScalarType.Float64);

        model.Step(x, beta, eps).Loss.backward();

        const double h = 1e-5;
        using var noGrad = torch.no_grad();
        foreach (var (name, tensor) in model.Parameters)
        {
            var flat = tensor.view([-1]);
            var gradient = Near.Numbers(tensor.grad!);
            for (var i = 0; i < gradient.Length; i++)
            {
                var entry = flat.narrow(0, i, 1);
                entry.add_(h);
                var above = Near.Numbers(model.Step(x, beta, eps).Loss)[0];
                entry.add_(-2 * h);
                var below = Near.Numbers(model.Step(x, beta, eps).Loss)[0];
                entry.add_(h);
                Near.Equal([(above - below) / (2 * h)], [gradient[i]], 1e-7, $"{name}[{i}]");
            }
        }
    }
}
