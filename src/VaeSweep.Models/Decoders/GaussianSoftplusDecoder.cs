using VaeSweep.Models.Layers;

[assembly: KindsIn(typeof(VaeSweep.Models.Decoders.GaussianSoftplusDecoder))]

namespace VaeSweep.Models.Decoders;

/// <summary>Linear mean, variance softplus(.) + 1e-5.</summary>
/// <remarks>Ladder VAE, NORB. Without the floor, which its published code has too, pixels that never change would drive their
/// density to infinity and the gradient of the first one that does with it.</remarks>
internal sealed class GaussianSoftplusDecoder(DecoderContext context) : IDecoder
{
    private const double VarianceFloor = 1e-5;

    private readonly Linear _mean = Linear.WithBias(context.Parameters, "decoder.mean", context.Features, context.Inputs,
        start: context.TrainingMean);
    private readonly Linear _variance = Linear.WithBias(context.Parameters, "decoder.variance", context.Features, context.Inputs,
        new(Activation.Softplus));

    public static Kind<DecoderContext, IDecoder> Kind { get; } =
        new("gaussian_softplus", context => new GaussianSoftplusDecoder(context));

    public Tensor LogLikelihood(Tensor features, Tensor x) =>
        fused.gaussian_log_prob(x, Mean(features), (_variance.Forward(features) + VarianceFloor).log());

    public Tensor Mean(Tensor features) => _mean.Forward(features);
}
