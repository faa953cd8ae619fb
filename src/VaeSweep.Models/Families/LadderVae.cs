using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models.Families;

/// <summary>L layers of latent variables inferred from the top downwards: each layer's posterior merges what the deterministic
/// upward pass says of it with what the layer above predicts.</summary>
/// <remarks>Sønderby et al. 2016, equations 13 to 19. The prediction p(z_i|z_i+1) is shared between model and inference, as the
/// paper has it, or has a copy in inference, as the published runs had. Given the layer above, each KL has its closed form. The
/// upward pass runs once an image, the downward pass once a sample.</remarks>
internal sealed class LadderVae : IFamily
{
    private readonly double _floor;
    private readonly bool _meanOnlyUp;
    private readonly GaussianLayer[] _up;
    private readonly GaussianLayer[]? _predictions;
    private readonly GenerativeChain _down;

    public LadderVae(FamilyContext context)
    {
        var config = context.Config;
        (_floor, _meanOnlyUp) = (context.VarianceFloor, config.MeanOnlyUp);
        _up = new GaussianLayer[config.Layers.Count];
        for (var i = 0; i < _up.Length; i++)
        {
            var below = i == 0 ? context.Inputs : _meanOnlyUp ? config.Layers[i - 1] : _up[i - 1].Features;
            _up[i] = new GaussianLayer(context.Layers, $"encoder.{i + 1}", below, config.Hidden[i], config.Layers[i],
                context.EncoderHead);
        }

        _predictions = config.ShareTopDown ? null : GenerativeChain.Predictions(context, "prediction");
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
        var costs = new LayerCosts(_floor, ratios);
        var layers = new LayerTerms[_up.Length];
        var (z, standardKl) = fused.gaussian_sample(evidence[^1].Mean, evidence[^1].LogVar, eps[^1]);
        layers[^1] = costs.Top(evidence[^1], _down.Prior, prior, z, standardKl, eps[^1]);
        for (var layer = _up.Length - 2; layer >= 0; layer--)
        {
            var p = _down.Below(layer, z);
            var predicted = _predictions is null ? p : _predictions[layer].Forward(z);
            var q = evidence[layer].Repeat(Samples.Count(z, evidence[layer].Mean)).Merge(predicted);
            (z, _) = fused.gaussian_sample(q.Mean, q.LogVar, eps[layer]);
            layers[layer] = costs.Given(q, p, z, eps[layer]);
        }

        return new LatentSample(_down.LogLikelihood(z, x), layers, (int)x.size(1));
    }

    public IReadOnlyList<Gaussian> Posteriors(IEncoded encoded, IReadOnlyList<Tensor>? eps = null)
    {
        var evidence = ((Encoded)encoded).Evidence;
        var merged = new Gaussian[evidence.Length];
        merged[^1] = evidence[^1];
        for (var layer = merged.Length - 2; layer >= 0; layer--)
            merged[layer] = evidence[layer].Merge(Predict(layer, merged[layer + 1].At(eps?[layer + 1])));

        return merged;
    }

    public (int Layer, Gaussian Q)? Explicit(IEncoded encoded) => (_up.Length - 1, ((Encoded)encoded).Evidence[^1]);

    public Tensor Decode(IReadOnlyList<Tensor> z) => _down.Mean(z[0]);

    public IReadOnlyList<Tensor> SampleLatents(int count, IReadOnlyList<NoiseStream> streams) => _down.Sample(count, streams);

    /// <summary>What the layer above says of a layer in inference.</summary>
    private Gaussian Predict(int layer, Tensor above) => _predictions is null
        ? _down.Below(layer, above) : _predictions[layer].Forward(above);

    /// <summary>What the images say of each layer, without what the layers above predict.</summary>
    private Gaussian[] Up(Tensor images)
    {
        var evidence = new Gaussian[_up.Length];
        var features = images;
        for (var i = 0; i < _up.Length; i++)
        {
            (features, evidence[i]) = _up[i].ForwardWithFeatures(features);
            features = _meanOnlyUp ? evidence[i].Mean : features;
        }

        return evidence;
    }

    private sealed record Encoded(Gaussian[] Evidence, IDensity Prior) : IEncoded;
}
