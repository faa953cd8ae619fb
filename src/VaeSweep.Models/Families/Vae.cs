using VaeSweep.Models.Decoders;
using VaeSweep.Models.Layers;
using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models.Families;

/// <summary>One layer of latent variables: p(z) p(x|z), q(z|x).</summary>
/// <remarks>Kingma and Welling 2014.</remarks>
internal sealed class Vae : IFamily
{
    private readonly Mlp _encoder;
    private readonly IPosterior _posterior;
    private readonly Mlp _decoder;
    private readonly IDecoder _output;
    private readonly IPrior _prior;

    public Vae(FamilyContext context)
    {
        var config = context.Config;
        var latent = config.Layers[0];
        LatentSizes = [latent];
        _encoder = new Mlp(context.Layers, "encoder", context.Inputs, config.Hidden[0]);
        _posterior = PosteriorKinds.Registry[config.Posterior](
            new PosteriorContext(context.Layers, config, _encoder.Outputs, latent, context.EncoderHead));
        _decoder = new Mlp(context.Layers, "decoder", latent, [.. config.Hidden[0].Reverse()]);
        _output = context.Output(_decoder.Outputs);
        _prior = PriorKinds.Registry[config.Prior](
            new PriorContext(context.Layers, config, images => _posterior.Base(_encoder.Forward(images)), context.Data,
                context.Inputs, latent));
    }

    public IReadOnlyList<int> LatentSizes { get; }

    public IEncoded Encode(Tensor x)
    {
        var posterior = _posterior.Infer(_encoder.Forward(x));
        return new Encoded(posterior, _prior.Prepare());
    }

    public LatentSample Draw(IEncoded encoded, Tensor x, IReadOnlyList<Tensor> eps, bool ratios)
    {
        var (posterior, prior) = (Encoded)encoded;
        var closed = _prior.IsStandard && _posterior.HasUnitKl;
        var sample = posterior.Draw(eps[0], ratios || !closed);
        var likelihood = _output.LogLikelihood(_decoder.Forward(sample.Z), x);
        var kl = closed ? sample.StandardKl : null;
        var ratio = sample.LogDensity is { } density ? fused.minus(density, prior.LogDensity(sample.Z)) : null;
        return new LatentSample(likelihood, [new LayerTerms(sample.Z, kl, ratio)], (int)x.size(1));
    }

    public IReadOnlyList<Gaussian> Posteriors(IEncoded encoded, IReadOnlyList<Tensor>? eps = null) =>
        [((Encoded)encoded).Posterior.Moments()];

    public (int Layer, Gaussian Q)? Explicit(IEncoded encoded) => ((Encoded)encoded).Posterior.Explicit() is { } q
        ? (0, q) : null;

    public Tensor Decode(IReadOnlyList<Tensor> z) => _output.Mean(_decoder.Forward(z[0]));

    public IReadOnlyList<Tensor> SampleLatents(int count, IReadOnlyList<NoiseStream> streams) => [_prior.Sample(count, streams)];

    private sealed record Encoded(IInferred Posterior, IDensity Prior) : IEncoded;
}
