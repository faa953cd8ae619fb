using VaeSweep.Models.Layers;

namespace VaeSweep.Models.Posteriors;

/// <summary>A shape of q(z|x), from the encoder's last hidden layer.</summary>
internal interface IPosterior
{
    /// <summary>Its KL to N(0, I) has a closed form, unit by unit.</summary>
    bool HasUnitKl { get; }

    /// <summary>The Gaussian before any flow: what a VampPrior mixes.</summary>
    /// <param name="features">[M, R, H].</param>
    Gaussian Base(Tensor features);

    /// <summary>What needs no noise, done once however many samples follow.</summary>
    /// <param name="features">[M, B, H].</param>
    IInferred Infer(Tensor features);
}

/// <summary>q(z|x) of the images of a batch.</summary>
internal interface IInferred
{
    /// <summary>E[z|x] and the logarithm of Var[z|x], unit by unit.</summary>
    Gaussian Moments();

    /// <summary>A Gaussian of each image whose code is z or z through a bijection that all images share: what knowing z says of
    /// the image, it says too. Null where there is none.</summary>
    Gaussian? Explicit();

    /// <param name="eps">[M, K*B, Z] of standard normal noise.</param>
    /// <param name="logDensity">Whether log q(z|x) is wanted.</param>
    PosteriorSample Draw(Tensor eps, bool logDensity);
}

/// <summary>A latent sample.</summary>
/// <param name="Z">[M, K*B, Z].</param>
/// <param name="StandardKl">[M, B, Z], KL to N(0, 1) of each unit where it has a closed form.</param>
/// <param name="LogDensity">[M, K*B], log q(z|x) where it was wanted.</param>
internal readonly record struct PosteriorSample(Tensor Z, Tensor? StandardKl, Tensor? LogDensity);

/// <summary>What a posterior is built from.</summary>
/// <param name="Features">H, width of the encoder's last hidden layer.</param>
/// <param name="Latent">Z.</param>
/// <param name="Head">What mean and log-variance are passed through.</param>
internal sealed record PosteriorContext(
    LayerContext Layers, ModelConfig Config, int Features, int Latent, Func<Tensor, Tensor, Gaussian> Head)
{
    /// <summary>Added to variances where densities are taken.</summary>
    public double VarianceFloor => EncoderHeadKinds.VarianceFloor(Config);

    public GaussianHead GaussianHead() => new(Layers, "encoder", Features, Latent, Head);
}

/// <summary>Shapes of q(z|x), each in its own file.</summary>
internal static class PosteriorKinds
{
    public static Registry<Func<PosteriorContext, IPosterior>> Registry { get; } =
        Kinds.Of<PosteriorContext, IPosterior>("posterior", "model.posterior");
}
