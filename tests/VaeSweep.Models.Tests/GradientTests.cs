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
    public void Every_parameters_gradient_is_the_slope_of_the_loss(
        string decoder, string bound, string activation, bool batchNorm, double freeBits) => Check(
        new ModelConfig { Layers = [2], Hidden = [[4]], Activation = activation, Decoder = decoder, BatchNorm = batchNorm },
        new ObjectiveConfig { Bound = bound, K = 2, FreeBits = freeBits });

    [Theory]
    [InlineData("planar", false, "standard", "iwae")]
    [InlineData("planar", true, "mixture", "elbo")]
    [InlineData("coupling", false, "vampprior", "iwae")]
    [InlineData("coupling", false, "standard", "elbo")]
    [InlineData("fixed", false, "vampprior", "elbo")]
    public void Every_parameters_gradient_is_the_slope_of_the_loss_of_each_posterior(
        string posterior, bool amortised, string prior, string bound) => Check(
        new ModelConfig
        {
            Layers = [3], Hidden = [[4]], Activation = "tanh", Posterior = posterior, AmortisedFlows = amortised, Flows = 2,
            FlowHidden = 3, Prior = prior, PseudoInputs = 3,
        },
        new ObjectiveConfig { Bound = bound, K = 2 });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_parameters_gradient_is_the_slope_of_the_loss_of_grey_values(bool openBins) => Check(
        new ModelConfig { Layers = [2], Hidden = [[4]], Activation = "tanh", Decoder = "logistic", OpenBins = openBins,
            EncoderHead = "exp" },
        new ObjectiveConfig { K = 2, FreeBits = 0.3, FreeBitsForm = "image" });

    [Theory]
    [InlineData("vae", "elbo", "linear", "mixture")]
    [InlineData("vae", "iwae", "exp", "standard")]
    [InlineData("ladder", "elbo", "softplus", "standard")]
    [InlineData("ladder", "iwae", "linear", "vampprior")]
    [InlineData("hvae", "elbo", "linear", "vampprior")]
    [InlineData("hvae", "iwae", "softplus", "standard")]
    public void Every_parameters_gradient_is_the_slope_of_the_loss_of_two_layers(
        string family, string bound, string head, string prior) => Check(
        new ModelConfig { Family = family, Layers = [3, 2], Hidden = [[4], [3]], Activation = "tanh", EncoderHead = head,
            Prior = prior, PseudoInputs = 3 },
        new ObjectiveConfig { Bound = bound, K = 2 });

    [Theory]
    [InlineData(false, false, "closed_form")]
    [InlineData(true, true, "monte_carlo")]
    public void Every_parameters_gradient_is_the_slope_of_the_loss_of_a_normalised_ladder(
        bool shared, bool meanOnly, string form) => Check(
        new ModelConfig
        {
            Family = "ladder", Layers = [3, 2], Hidden = [[4], [3]], Activation = "tanh", EncoderHead = "softplus",
            VarianceFloor = 1e-2, BatchNorm = true, BatchNormHeads = true,
            ShareTopDown = shared, MeanOnlyUp = meanOnly,
        },
        new ObjectiveConfig { K = 2, KlForm = form });

    private static void Check(ModelConfig config, ObjectiveConfig objective)
    {
        using var model = PackTests.Build(config, objective, [3, 4], inputs: 5, ScalarType.Float64);
        MoveAwayFromTheStart(model);
        var x = PackTests.Images(2, batch: 4, inputs: 5, ScalarType.Float64);
        var eps = model.DrawNoise(4, 2, PackTests.Streams([3, 4]));
        var beta = StepGoldenTests.Of([1, 0.4], ScalarType.Float64);

        PackTests.StepAndGradients(model, x, beta, eps);

        using var noGrad = no_grad();
        foreach (var (name, tensor) in model.Parameters)
        {
            var flat = tensor.view([-1]);
            var gradient = Near.Numbers(tensor.grad!);
            for (var i = 0; i < gradient.Length; i++)
            {
                var entry = flat.narrow(0, i, 1);
                double LossAt(double away)
                {
                    entry.add_(away);
                    var loss = Near.Numbers(model.Step(x, beta, eps).Loss)[0];
                    entry.add_(-away);
                    return loss;
                }

                // Of fourth order: a loss behind batch normalisation of four rows bends too sharply for two points.
                const double h = 1e-4;
                var slope = ((8 * (LossAt(h) - LossAt(-h))) - (LossAt(2 * h) - LossAt(-2 * h))) / (12 * h);
                Near.Equal([slope], [gradient[i]], 1e-7, $"{name}[{i}]");
            }
        }
    }

    /// <summary>A flow that starts next to zero bends too sharply there for differences.</summary>
    private static void MoveAwayFromTheStart(PackModel model)
    {
        using var noGrad = no_grad();
        var stream = new NoiseStream(12);
        foreach (var (_, tensor) in model.Parameters)
            tensor.add_(stream.randn(tensor.shape, tensor.dtype, tensor.device) * 0.3);
    }
}
