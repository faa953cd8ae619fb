using VaeSweep.Models.Layers;

[assembly: KindsIn(typeof(VaeSweep.Models.Decoders.GaussianDecoder))]

namespace VaeSweep.Models.Decoders;

/// <summary>Mean through a sigmoid, log-variance through a tanh.</summary>
/// <remarks>Bettencourt and Craddock, section 2.3.1. Log-variances of at least -1 keep its log-likelihood below
/// -D/2 (log 2 pi - 1), -328.45 nats for 784 pixels, whatever the network.</remarks>
internal sealed class GaussianDecoder(DecoderContext context) : IDecoder
{
    private readonly Linear _mean = Linear.WithBias(context.Parameters, "decoder.mean", context.Features, context.Inputs,
        new(Activation.Sigmoid), OutputBias.Logit(context.TrainingMean));
    private readonly Linear _logVar =
        Linear.WithBias(context.Parameters, "decoder.logvar", context.Features, context.Inputs, new(Activation.Tanh));

    public static Kind<DecoderContext, IDecoder> Kind { get; } = new("gaussian", context => new GaussianDecoder(context));

    public Tensor LogLikelihood(Tensor features, Tensor x) =>
        fused.gaussian_log_prob(x, Mean(features), _logVar.Forward(features));

    public Tensor Mean(Tensor features) => _mean.Forward(features);
}
