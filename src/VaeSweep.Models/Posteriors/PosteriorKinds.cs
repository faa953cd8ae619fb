namespace VaeSweep.Models.Posteriors;

/// <summary>Turns the encoder's Gaussian and noise into a latent sample.</summary>
internal interface IPosterior
{
    /// <param name="eps">[M, K*B, Z] of standard normal noise.</param>
    /// <param name="logDensity">Whether log q(z|x) is wanted.</param>
    PosteriorSample Draw(Gaussian encoded, Tensor eps, bool logDensity);
}

/// <summary>A latent sample.</summary>
/// <param name="Z">[M, K*B, Z].</param>
/// <param name="StandardKl">[M, B, Z], KL to N(0, 1) of each unit where it has a closed form.</param>
/// <param name="LogDensity">[M, K*B], log q(z|x) where it was wanted.</param>
internal readonly record struct PosteriorSample(Tensor Z, Tensor? StandardKl, Tensor? LogDensity);

/// <summary>Makes a posterior; flows have parameters of their own.</summary>
internal delegate IPosterior PosteriorFactory();

/// <summary>Shapes of q(z|x).</summary>
internal static class PosteriorKinds
{
    public static Registry<PosteriorFactory> Registry { get; } = new("posterior", new Dictionary<string, PosteriorFactory>
    {
        ["gaussian"] = () => new GaussianPosterior(),
    });
}
