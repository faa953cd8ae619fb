using VaeSweep.Models.Decoders;
using VaeSweep.Models.Layers;
using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models.Families;

/// <summary>Two layers, the upper one inferred first: q(z2|x) q(z1|x, z2), p(z2) p(z1|z2) p(x|z1, z2).</summary>
/// <remarks>Tomczak and Welling 2018, section 4, whose code has [[300, 300], [300, 300]] gated hidden units. Of a layer's widths
/// next to the data, the first is that of each of the two branches whose results are joined, the others follow the
/// join.</remarks>
internal sealed class HierarchicalVae : IFamily
{
    private readonly double _floor;
    private readonly GaussianLayer _upper;
    private readonly Mlp _ofImage;
    private readonly Mlp _ofUpper;
    private readonly GaussianLayer _lower;
    private readonly GaussianLayer _generator;
    private readonly Mlp _decodeLower;
    private readonly Mlp _decodeUpper;
    private readonly Mlp _decoder;
    private readonly IDecoder _output;
    private readonly IPrior _prior;

    public HierarchicalVae(FamilyContext context)
    {
        var (config, layers, head) = (context.Config, context.Layers, context.EncoderHead);
        var (z1, z2) = (config.Layers[0], config.Layers[1]);
        IReadOnlyList<int> branch = [.. config.Hidden[0].Take(1)];
        IReadOnlyList<int> joined = [.. config.Hidden[0].Skip(1)];
        LatentSizes = config.Layers;
        _floor = context.VarianceFloor;
        _upper = new GaussianLayer(layers, "encoder.2", context.Inputs, config.Hidden[1], z2, head);
        _ofImage = new Mlp(layers, "encoder.1.image", context.Inputs, branch);
        _ofUpper = new Mlp(layers, "encoder.1.upper", z2, branch);
        _lower = new GaussianLayer(layers, "encoder.1", _ofImage.Outputs + _ofUpper.Outputs, joined, z1, head);
        _generator = new GaussianLayer(layers, "generator.1", z2, [.. config.Hidden[1].Reverse()], z1, head);
        _decodeLower = new Mlp(layers, "decoder.lower", z1, branch);
        _decodeUpper = new Mlp(layers, "decoder.upper", z2, branch);
        _decoder = new Mlp(layers, "decoder", _decodeLower.Outputs + _decodeUpper.Outputs, [.. joined.Reverse()]);
        _output = context.Output(_decoder.Outputs);
        _prior = PriorKinds.Registry[config.Prior](
            new PriorContext(layers, config, _upper.Forward, context.Data, context.Inputs, z2));
    }

    public IReadOnlyList<int> LatentSizes { get; }

    public IEncoded Encode(Tensor x)
    {
        var upper = _upper.Forward(x);
        return new Encoded(upper, _ofImage.Forward(x), _prior.Prepare());
    }

    public LatentSample Draw(IEncoded encoded, Tensor x, IReadOnlyList<Tensor> eps, bool ratios)
    {
        var (upper, image, prior) = (Encoded)encoded;
        var (z2, standardKl) = fused.gaussian_sample(upper.Mean, upper.LogVar, eps[1]);
        var lower = Lower(image, z2);
        var (z1, _) = fused.gaussian_sample(lower.Mean, lower.LogVar, eps[0]);
        var costs = new LayerCosts(_floor, ratios);
        LayerTerms[] layers =
        [
            costs.Given(lower, _generator.Forward(z2), z1, eps[0]),
            costs.Top(upper, _prior, prior, z2, standardKl, eps[1]),
        ];
        return new LatentSample(_output.LogLikelihood(Features(z1, z2), x), layers, (int)x.size(1));
    }

    public IReadOnlyList<Gaussian> Posteriors(IEncoded encoded, IReadOnlyList<Tensor>? eps = null)
    {
        var (upper, image, _) = (Encoded)encoded;
        return [Lower(image, upper.At(eps?[1])), upper];
    }

    public (int Layer, Gaussian Q)? Explicit(IEncoded encoded) => (1, ((Encoded)encoded).Upper);

    public Tensor Decode(IReadOnlyList<Tensor> z) => _output.Mean(Features(z[0], z[1]));

    public IReadOnlyList<Tensor> SampleLatents(int count, IReadOnlyList<NoiseStream> streams)
    {
        var z2 = _prior.Sample(count, streams);
        return [_generator.Forward(z2).Draw(streams), z2];
    }

    private Gaussian Lower(Tensor image, Tensor z2) => _lower.Forward(image, _ofUpper.Forward(z2));

    private Tensor Features(Tensor z1, Tensor z2) => _decoder.Forward(_decodeLower.Forward(z1), _decodeUpper.Forward(z2));

    private sealed record Encoded(Gaussian Upper, Tensor Image, IDensity Prior) : IEncoded;
}
