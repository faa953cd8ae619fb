using VaeSweep.Models.Layers;

namespace VaeSweep.Models.Decoders;

/// <summary>Discretised logistic over 256 grey values: the mass of a logistic distribution between a value's two edges.</summary>
/// <remarks>
/// Kingma et al. 2016; the published code of Tomczak and Welling 2018: mean within [1/512, 1 - 1/512], logarithm of the scale within [-4.5, 0],
/// log(mass + 1e-7). There and by default the mass beyond 0 and 1 is lost; with open bins the darkest and the brightest value take it, the 256
/// probabilities add up to one and no floor is needed. The mass between a and a + h is computed as sigmoid(a + h) sigmoid(-a) (1 - exp(-h)),
/// equal to the difference of two sigmoids and without its cancellation.
/// </remarks>
internal sealed class LogisticDecoder(DecoderContext context, bool openBins) : IDecoder
{
    private const int Values = 256;
    private const double MassFloor = 1e-7;
    private const double LowestLogScale = -4.5;

    private readonly Linear _mean = Linear.WithBias(context.Parameters, "decoder.mean", context.Features, context.Inputs,
        start: OutputBias.Logit(context.TrainingMean));
    private readonly Linear _logScale = Linear.WithBias(context.Parameters, "decoder.logscale", context.Features, context.Inputs);

    public Tensor LogLikelihood(Tensor features, Tensor x)
    {
        // From p / 255, (p + 0.5) / 256 and (p + u) / 256 alike.
        var value = (x * Values).floor().clamp(0, Values - 1);
        var k = Samples.Count(features, x);
        var edge = Samples.Repeat(value / Values, k);
        var inverseScale = _logScale.Forward(features).clamp(LowestLogScale, 0).neg().exp();
        var below = (edge - Mean(features)) * inverseScale;
        var width = inverseScale / Values;
        var pixels = openBins ? OpenMass(Samples.Repeat(value, k), below, width) : Mass(below, width);
        return pixels.sum([2]);
    }

    public Tensor Mean(Tensor features) => _mean.Forward(features).sigmoid().clamp(0.5 / Values, 1 - (0.5 / Values));

    private static Tensor Mass(Tensor below, Tensor width) =>
        ((below + width).sigmoid() * below.neg().sigmoid() * width.neg().expm1().neg() + MassFloor).log();

    /// <summary>The first factor is 1 at the brightest value, the second at the darkest, the third at both.</summary>
    private static Tensor OpenMass(Tensor value, Tensor below, Tensor width)
    {
        var notBrightest = value.lt(Values - 1).to(below.dtype);
        var notDarkest = value.gt(0).to(below.dtype);
        return notBrightest * (below + width).log_sigmoid() + notDarkest * below.neg().log_sigmoid() +
            notBrightest * notDarkest * width.neg().expm1().neg().log();
    }
}
