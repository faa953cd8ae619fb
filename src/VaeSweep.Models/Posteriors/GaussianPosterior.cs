namespace VaeSweep.Models.Posteriors;

/// <summary>q(z|x) = N(mean, exp(logvar)), z = mean + exp(logvar/2) eps.</summary>
/// <param name="head">[M, R, H] to a Gaussian over [M, R, Z].</param>
/// <remarks>Kingma and Welling 2014, section 2.4.</remarks>
internal sealed class GaussianPosterior(Func<Tensor, Gaussian> head) : IPosterior
{
    public bool HasUnitKl => true;

    public Gaussian Base(Tensor features) => head(features);

    public IInferred Infer(Tensor features) => new Inferred(head(features));

    private sealed class Inferred(Gaussian q) : IInferred
    {
        public Gaussian Moments() => q;

        public PosteriorSample Draw(Tensor eps, bool logDensity)
        {
            var (z, kl) = fused.gaussian_sample(q.Mean, q.LogVar, eps);
            return new PosteriorSample(z, kl, logDensity ? q.LogDensityOfSample(eps) : null);
        }
    }
}
