using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models.Families;

/// <summary>L layers of latent variables inferred from the data upwards: q(z_1|x) q(z_2|z_1) ... q(z_L|z_L-1).</summary>
/// <remarks>Sønderby et al. 2016, equations 1 to 5. Only the top layer's KL has a closed form: z_i+1 was drawn from q(.|z_i), so
/// below it log q - log p must be taken at the samples.</remarks>
internal sealed class LayeredVae : IFamily
{
    private readonly double _floor;
    private readonly GaussianLayer[] _up;
    private readonly GenerativeChain _down;

    public LayeredVae(FamilyContext context)
    {
        var config = context.Config;
        _floor = context.VarianceFloor;
        _up = [.. config.Layers.Select((latent, i) => new GaussianLayer(context.Layers, $"encoder.{i + 1}",
            i == 0 ? context.Inputs : config.Layers[i - 1], config.Hidden[i], latent, context.EncoderHead))];
        _down = new GenerativeChain(context, _ => throw new InvalidOperationException(
            $"model.prior {config.Prior} needs q(z|x) of the top layer, which a model inferred layer by layer does not have."));
    }

    public IReadOnlyList<int> LatentSizes => _down.LatentSizes;

    public IEncoded Encode(Tensor x) => new Encoded(_up[0].Forward(x), _down.Prior.Prepare());

    public LatentSample Draw(IEncoded encoded, Tensor x, IReadOnlyList<Tensor> eps, bool ratios)
    {
        var (q, prior) = (Encoded)encoded;
        var costs = new LayerCosts(_floor, ratios);
        var layers = new LayerTerms[_up.Length];
        var (z, standardKl) = fused.gaussian_sample(q.Mean, q.LogVar, eps[0]);
        var likelihood = _down.LogLikelihood(z, x);
        for (var layer = 0; layer < _up.Length - 1; layer++)
        {
            var above = _up[layer + 1].Forward(z);
            var (next, nextKl) = fused.gaussian_sample(above.Mean, above.LogVar, eps[layer + 1]);
            layers[layer] = costs.Sampled(q.Repeat(Samples.Count(z, q.Mean)), _down.Below(layer, next), z, eps[layer]);
            (q, z, standardKl) = (above, next, nextKl);
        }

        layers[^1] = costs.Top(q, _down.Prior, prior, z, standardKl, eps[^1]);
        return new LatentSample(likelihood, layers, (int)x.size(1));
    }

    public IReadOnlyList<Gaussian> Posteriors(IEncoded encoded, IReadOnlyList<Tensor>? eps = null)
    {
        var layers = new List<Gaussian> { ((Encoded)encoded).First };
        foreach (var layer in _up.Skip(1))
            layers.Add(layer.Forward(layers[^1].At(eps?[layers.Count - 1])));

        return layers;
    }

    public (int Layer, Gaussian Q)? Explicit(IEncoded encoded) => (0, ((Encoded)encoded).First);

    public Tensor Decode(IReadOnlyList<Tensor> z) => _down.Mean(z[0]);

    public IReadOnlyList<Tensor> SampleLatents(int count, IReadOnlyList<NoiseStream> streams) => _down.Sample(count, streams);

    private sealed record Encoded(Gaussian First, IDensity Prior) : IEncoded;
}
