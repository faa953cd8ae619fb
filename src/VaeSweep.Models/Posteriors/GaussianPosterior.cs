[assembly: KindsIn(typeof(VaeSweep.Models.Posteriors.GaussianPosterior))]

namespace VaeSweep.Models.Posteriors;

/// <summary>q(z|x) = N(mean, exp(logvar)), z = mean + exp(logvar/2) eps.</summary>
/// <param name="head">[M, R, H] to a Gaussian over [M, R, Z].</param>
/// <param name="floor">Added to variances where densities are taken.</param>
/// <remarks>Kingma and Welling 2014, section 2.4.</remarks>
internal sealed class GaussianPosterior(Func<Tensor, Gaussian> head, double floor) : IPosterior
{
    public static Kind<PosteriorContext, IPosterior> Kind { get; } =
        new("gaussian", context => new GaussianPosterior(context.GaussianHead().Forward, context.VarianceFloor));

    public bool HasUnitKl => true;

    public Gaussian Base(Tensor features) => head(features);

    public IInferred Infer(Tensor features) => new Inferred(head(features), floor);

    private sealed class Inferred(Gaussian q, double floor) : IInferred
    {
        public Gaussian Moments() => q;

        public Gaussian? Explicit() => q;

        public PosteriorSample Draw(Tensor eps, bool logDensity)
        {
            var (z, kl) = fused.gaussian_sample(q.Mean, q.LogVar, eps);
            if (floor > 0)
            {
                var density = q.Floored(floor);
                return new PosteriorSample(z, density.StandardKlUnits(), logDensity
                    ? fused.gaussian_log_prob(z, density.Mean, density.LogVar) : null);
            }

            return new PosteriorSample(z, kl, logDensity ? q.LogDensityOfSample(eps) : null);
        }
    }
}
