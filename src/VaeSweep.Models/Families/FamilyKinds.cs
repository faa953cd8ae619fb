using VaeSweep.Models.Decoders;
using VaeSweep.Models.Layers;
using VaeSweep.Models.Posteriors;

namespace VaeSweep.Models.Families;

/// <summary>A model of images with one or more layers of latent variables.</summary>
/// <remarks>Layers are counted from the data upwards. All tensors have the leading dimension M of trials.</remarks>
internal interface IFamily
{
    /// <summary>Z of each stochastic layer.</summary>
    IReadOnlyList<int> LatentSizes { get; }

    /// <summary>The part of inference that needs no noise, done once however many samples follow.</summary>
    /// <param name="x">[M, B, D].</param>
    IEncoded Encode(Tensor x);

    /// <summary>Draws every layer and scores the image under it.</summary>
    /// <param name="eps">One tensor a layer, [M, K*B, Z].</param>
    /// <param name="ratios">Whether each layer's log q - log p at the sample is wanted even where its KL has a closed
    /// form.</param>
    LatentSample Draw(IEncoded encoded, Tensor x, IReadOnlyList<Tensor> eps, bool ratios);

    /// <summary>Mean and variance under q of each layer, [M, B, Z]; where a layer is inferred from another's sample, given that
    /// one's mean.</summary>
    /// <param name="eps">One tensor a layer, [M, B, Z]: then given a sample, not the mean.</param>
    IReadOnlyList<Gaussian> Posteriors(IEncoded encoded, IReadOnlyList<Tensor>? eps = null);

    /// <summary>The layer, counted from 0, that is inferred from the image alone, and its q(z|x) where that is a Gaussian or a
    /// Gaussian through a bijection that all images share (then that Gaussian); null otherwise.</summary>
    (int Layer, Gaussian Q)? Explicit(IEncoded encoded);

    /// <summary>E[x|z], [M, R, D].</summary>
    /// <param name="z">[M, R, Z] of each layer; those that the images do not depend on directly may be left out.</param>
    Tensor Decode(IReadOnlyList<Tensor> z);

    /// <summary>Every layer by ancestral sampling, [M, count, Z] each.</summary>
    IReadOnlyList<Tensor> SampleLatents(int count, IReadOnlyList<NoiseStream> streams);
}

/// <summary>What an encoder has found about a batch; each family has its own.</summary>
internal interface IEncoded;

/// <summary>One draw of all latent layers, K samples an image.</summary>
/// <param name="LogLikelihood">log p(x|z), [M, K*B].</param>
/// <param name="Layers">From the data upwards.</param>
/// <param name="Batch">B.</param>
internal sealed record LatentSample(Tensor LogLikelihood, IReadOnlyList<LayerTerms> Layers, int Batch)
{
    public int K => (int)LogLikelihood.size(1) / Batch;

    /// <summary>The same without closed forms.</summary>
    public LatentSample WithSampledKl() => this with { Layers = [.. Layers.Select(layer => layer with { KlUnits = null })] };
}

/// <summary>What a family is built from.</summary>
internal sealed record FamilyContext(LayerContext Layers, ModelConfig Config, int Inputs, DataHints Data)
{
    public ParameterSet Parameters => Layers.Parameters;

    public Func<Tensor, Tensor, Gaussian> EncoderHead => EncoderHeadKinds.Registry[Config.EncoderHead];

    /// <summary>Added to variances where densities are taken.</summary>
    public double VarianceFloor => EncoderHeadKinds.VarianceFloor(Config);

    /// <summary>The output distribution after a decoder's last hidden layer of that width.</summary>
    public IDecoder Output(int features) => DecoderKinds.Registry[Config.Decoder](
        new DecoderContext(Parameters, Config, features, Inputs, Config.OutputBias == "training_mean"
            ? Data.TrainingMean : null));
}

/// <summary>Families of models.</summary>
internal static class FamilyKinds
{
    public static Registry<Func<FamilyContext, IFamily>> Registry { get; } =
        new("family", new Dictionary<string, Func<FamilyContext, IFamily>>
    {
        ["vae"] = context => context.Config.Layers.Count == 1 ? new Vae(context) : new LayeredVae(context),
        ["hvae"] = context => new HierarchicalVae(context),
        ["ladder"] = context => new LadderVae(context),
    });
}
