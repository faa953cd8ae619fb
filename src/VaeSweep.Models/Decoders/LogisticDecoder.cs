using VaeSweep.Models.Layers;

[assembly: KindsIn(typeof(VaeSweep.Models.Decoders.LogisticDecoder))]

namespace VaeSweep.Models.Decoders;

/// <summary>Discretised logistic over 256 grey values: the mass of a logistic distribution between a value's two edges.</summary>
/// <remarks>
/// Kingma et al. 2016; the published code of Tomczak and Welling 2018: mean within [1/512, 1 - 1/512], logarithm of the scale
/// within [-4.5, 0], log(mass + 1e-7). There and by default the mass beyond 0 and 1 is lost; with open bins the darkest and the
/// brightest value take it, the 256 probabilities add up to one and no floor is needed.
/// </remarks>
internal sealed class LogisticDecoder(DecoderContext context, bool openBins) : IDecoder
{
    private const double HalfStep = 0.5 / 256;

    private readonly Linear _mean = Linear.WithBias(context.Parameters, "decoder.mean", context.Features, context.Inputs,
        start: OutputBias.Logit(context.TrainingMean));
    private readonly Linear _logScale = Linear.WithBias(context.Parameters, "decoder.logscale", context.Features, context.Inputs);

    public static Kind<DecoderContext, IDecoder> Kind { get; } =
        new("logistic", context => new LogisticDecoder(context, context.Config.OpenBins));

    public Tensor LogLikelihood(Tensor features, Tensor x) =>
        fused.logistic_log_prob(_mean.Forward(features), _logScale.Forward(features), x, openBins);

    public Tensor Mean(Tensor features) => _mean.Forward(features).sigmoid().clamp(HalfStep, 1 - HalfStep);
}
