namespace VaeSweep.Models.Tests;

/// <summary>Gradients of the tape's kernels in float32 against TorchSharp's own in float64.</summary>
public sealed class TapeTests : TensorTest
{
    private static readonly long[] _seeds = [31, 32];

    public static TheoryData<string, string, string, string, bool> Kinds() => new()
    {
        { "vae", "standard", "softplus", "bernoulli", false },
        { "vae", "vampprior", "gated", "bernoulli", false },
        { "vae", "mixture", "relu", "gaussian", true },
        { "layers", "standard", "tanh", "gaussian_softplus", false },
        { "layers", "mixture", "leaky_relu", "bernoulli", true },
        { "ladder", "standard", "leaky_relu", "bernoulli", true },
        { "ladder", "vampprior", "softplus", "bernoulli", false },
        { "hvae", "vampprior", "gated", "logistic", false },
        { "hvae", "standard", "tanh", "bernoulli", true },
        { "planar", "vampprior", "softplus", "bernoulli", true },
        { "coupling", "standard", "gated", "bernoulli", false },
        { "fixed", "mixture", "tanh", "bernoulli", false },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_tape_s_gradients_are_those_of_plain_TorchSharp_in_double_precision(
        string kind, string prior, string activation, string decoder, bool batchNorm)
    {
        const int Inputs = 37, Batch = 11, K = 3;
        var config = Configure(kind) with { Prior = prior, PseudoInputs = 7, Activation = activation, Decoder = decoder,
            BatchNorm = batchNorm };
        var objective = new ObjectiveConfig { Bound = batchNorm ? "iwae" : "elbo", K = K };
        using var single = PackTests.Build(config, objective, _seeds, Inputs);
        using var exact = PackTests.Build(config, objective, _seeds, Inputs, ScalarType.Float64);
        var x = PackTests.Images(_seeds.Length, Batch, Inputs);
        var eps = single.DrawNoise(Batch, K, PackTests.Streams(_seeds));

        var actual = PackTests.StepAndGradients(single, x, StepGoldenTests.Of([1, 0.5], ScalarType.Float32), eps);
        var expected = PackTests.StepAndGradients(
            exact, x.to(ScalarType.Float64), StepGoldenTests.Of([1, 0.5], ScalarType.Float64),
            [.. eps.Select(noise => noise.to(ScalarType.Float64))], taped: false);

        Near.Equal(Near.Numbers(expected.Objective), actual.Objective, 1e-6, "objective");
        foreach (var (mine, theirs) in single.Parameters.Zip(exact.Parameters))
            Near.Equal(Near.Numbers(theirs.Tensor.grad!), mine.Tensor.grad!, 1e-5, $"gradient of {mine.Name}");
    }

    private static ModelConfig Configure(string kind) => kind switch
    {
        "layers" => new() { Layers = [5, 3], Hidden = [[19], [17]] },
        "ladder" or "hvae" => new() { Family = kind, Layers = [5, 3], Hidden = [[19, 23], [17]] },
        "vae" => new() { Layers = [5], Hidden = [[19, 23]] },
        _ => new() { Posterior = kind, Layers = [5], Hidden = [[19]], Flows = 2, FlowHidden = 13 },
    };
}
