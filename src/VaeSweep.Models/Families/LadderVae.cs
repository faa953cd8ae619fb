using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models.Families;

/// <summary>L layers of latent variables inferred from the top downwards: each layer's posterior merges what the deterministic upward pass
/// says of it with what the layer above predicts.</summary>
/// <remarks>Sønderby et al. 2016, equations 13 to 19. The prediction p(z_i|z_i+1) is shared between model and inference, as the paper has
/// it. Given the layer above, each KL has its closed form. The upward pass runs once an image, the downward pass once a sample.</remarks>
internal sealed class LadderVae : IFamily
{
    private readonly GaussianLayer[] _up;
    private readonly GenerativeChain _down;

    public LadderVae(FamilyContext context)
    {
        var config = context.Config;
        _up = new GaussianLayer[config.Layers.Count];
        for (var i = 0; i < _up.Length; i++)
        {
            _up[i] = new GaussianLayer(context.Layers, $"encoder.{i + 1}", i == 0 ? context.Inputs : _up[i - 1].Features, config.Hidden[i],
                config.Layers[i], context.EncoderHead);
        }

        _down = new GenerativeChain(context, images => Up(images)[^1]);
    }

    public IReadOnlyList<int> LatentSizes => _down.LatentSizes;

    public IEncoded Encode(Tensor x)
    {
        var evidence = Up(x);
        return new Encoded(evidence, _down.Prior.Prepare());
    }

    public LatentSample Draw(IEncoded encoded, Tensor x, IReadOnlyList<Tensor> eps, bool ratios)
    {
        var (evidence, prior) = (Encoded)encoded;
        var layers = new LayerTerms[_up.Length];
        var (z, standardKl) = fused.gaussian_sample(evidence[^1].Mean, evidence[^1].LogVar, eps[^1]);
        layers[^1] = LayerTerms.Top(evidence[^1], _down.Prior, prior, z, standardKl, eps[^1], ratios);
        for (var layer = _up.Length - 2; layer >= 0; layer--)
        {
            var p = _down.Below(layer, z);
            var q = evidence[layer].Repeat(Samples.Count(z, evidence[layer].Mean)).Merge(p);
            (z, _) = fused.gaussian_sample(q.Mean, q.LogVar, eps[layer]);
            layers[layer] = LayerTerms.Given(q, p, z, eps[layer], ratios);
        }

        return new LatentSample(_down.LogLikelihood(z, x), layers, (int)x.size(1));
    }

    public IReadOnlyList<Gaussian> Posteriors(IEncoded encoded)
    {
        var evidence = ((Encoded)encoded).Evidence;
        var merged = new Gaussian[evidence.Length];
        merged[^1] = evidence[^1];
        for (var layer = merged.Length - 2; layer >= 0; layer--)
        {
            merged[layer] = evidence[layer].Merge(_down.Below(layer, merged[layer + 1].Mean));
        }

        return merged;
    }

    public Tensor Decode(IReadOnlyList<Tensor> z) => _down.Mean(z[0]);

    public IReadOnlyList<Tensor> SampleLatents(int count, IReadOnlyList<Generator> streams) => _down.Sample(count, streams);

    /// <summary>What the images say of each layer, without what the layers above predict.</summary>
    private Gaussian[] Up(Tensor images)
    {
        var evidence = new Gaussian[_up.Length];
        var features = images;
        for (var i = 0; i < _up.Length; i++)
        {
            (features, evidence[i]) = _up[i].ForwardWithFeatures(features);
        }

        return evidence;
    }

    private sealed record Encoded(Gaussian[] Evidence, IDensity Prior) : IEncoded;
}
