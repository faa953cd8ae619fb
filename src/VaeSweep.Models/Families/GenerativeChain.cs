using VaeSweep.Models.Decoders;
using VaeSweep.Models.Layers;
using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models.Families;

/// <summary>p(z_L) p(z_L-1|z_L) ... p(z_1|z_2) p(x|z_1): what the layered and the ladder VAE share.</summary>
internal sealed class GenerativeChain
{
    private readonly GaussianLayer[] _below;
    private readonly Mlp _decoder;
    private readonly IDecoder _output;

    /// <param name="encodeTop">[M, C, D] to q(z_L|.), for priors made of pseudo-inputs.</param>
    public GenerativeChain(FamilyContext context, Func<Tensor, Gaussian> encodeTop)
    {
        var config = context.Config;
        LatentSizes = config.Layers;
        _below = Predictions(context, "generator");
        _decoder = new Mlp(context.Layers, "decoder", config.Layers[0], [.. config.Hidden[0].Reverse()]);
        _output = context.Output(_decoder.Outputs);
        Prior = PriorKinds.Registry[config.Prior](
            new PriorContext(context.Layers, config, encodeTop, context.Data, context.Inputs, config.Layers[^1]));
    }

    /// <summary>Networks from each layer to the one below it.</summary>
    public static GaussianLayer[] Predictions(FamilyContext context, string name)
    {
        var config = context.Config;
        return [.. Enumerable.Range(0, config.Layers.Count - 1).Select(i => new GaussianLayer(context.Layers, $"{name}.{i + 1}",
            config.Layers[i + 1], [.. config.Hidden[i + 1].Reverse()], config.Layers[i], context.EncoderHead))];
    }

    public IReadOnlyList<int> LatentSizes { get; }

    /// <summary>p(z_L).</summary>
    public IPrior Prior { get; }

    /// <summary>p(z_i|z_i+1), layers counted from 0.</summary>
    public Gaussian Below(int layer, Tensor above) => _below[layer].Forward(above);

    /// <returns>log p(x|z_1), [M, K*B].</returns>
    public Tensor LogLikelihood(Tensor z, Tensor x) => _output.LogLikelihood(_decoder.Forward(z), x);

    /// <returns>E[x|z_1].</returns>
    public Tensor Mean(Tensor z) => _output.Mean(_decoder.Forward(z));

    /// <summary>Every layer by ancestral sampling, data side first, [M, count, Z] each.</summary>
    public IReadOnlyList<Tensor> Sample(int count, IReadOnlyList<NoiseStream> streams)
    {
        var drawn = new Tensor[LatentSizes.Count];
        drawn[^1] = Prior.Sample(count, streams);
        for (var layer = drawn.Length - 2; layer >= 0; layer--)
            drawn[layer] = Below(layer, drawn[layer + 1]).Draw(streams);

        return drawn;
    }
}
