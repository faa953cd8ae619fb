using VaeSweep.Models.Layers;

[assembly: KindsIn(typeof(VaeSweep.Models.Decoders.BernoulliDecoder))]

namespace VaeSweep.Models.Decoders;

/// <summary>Each pixel on with probability sigmoid(logit). From logits, never clipped: sum of x l - softplus(l).</summary>
internal sealed class BernoulliDecoder(DecoderContext context) : IDecoder
{
    private readonly Linear _logits = Linear.WithBias(context.Parameters, "decoder.logits", context.Features, context.Inputs,
        start: OutputBias.Logit(context.TrainingMean));

    public static Kind<DecoderContext, IDecoder> Kind { get; } = new("bernoulli", context => new BernoulliDecoder(context));

    public Tensor LogLikelihood(Tensor features, Tensor x) => fused.bernoulli_log_prob(_logits.Forward(features), x);

    public Tensor Mean(Tensor features) => _logits.Forward(features).sigmoid();
}
