namespace VaeSweep.Models.Posteriors;

/// <summary>q(z|x) = N(mean, exp(logvar)), z = mean + exp(logvar/2) eps.</summary>
/// <remarks>Kingma and Welling 2014, section 2.4.</remarks>
internal sealed class GaussianPosterior : IPosterior
{
    public PosteriorSample Draw(Gaussian encoded, Tensor eps, bool logDensity)
    {
        var (z, kl) = fused.gaussian_sample(encoded.Mean, encoded.LogVar, eps);
        return new PosteriorSample(z, kl, logDensity ? encoded.LogDensityOfSample(eps) : null);
    }
}
