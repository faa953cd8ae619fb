namespace VaeSweep.Models.Posteriors;

/// <summary>An invertible step of a flow.</summary>
internal interface IFlow
{
    /// <summary>The step as the images of a batch decide it; made once however many samples pass it.</summary>
    /// <param name="features">[M, B, H], the encoder's last hidden layer.</param>
    IFlowStep Given(Tensor features);
}

/// <summary>A step with all that it is conditioned on.</summary>
internal interface IFlowStep
{
    /// <param name="z">[M, K*B, Z].</param>
    /// <returns>f(z), and log |det df/dz| of each row, [M, K*B].</returns>
    (Tensor Z, Tensor LogDet) Apply(Tensor z);
}

/// <summary>z_T = f_T(...f_1(z_0)) with z_0 from the encoder's Gaussian: log q(z_T|x) = log q_0(z_0|x) - sum log |det|.</summary>
/// <remarks>
/// Rezende and Mohamed 2015, equation 13. With a Gaussian that is F(eps, x) = mean + deviation eps this is f-VAE's z = F(eps, x).
/// KL by Monte Carlo. E[z|x], from which active units are counted, and Var[z|x] are those of <see cref="Pairs"/> antithetic pairs
/// of noise of variance 1, the same for every image: exact where no flow bends, and differences between images suffer little from
/// the choice. A VampPrior under flows mixes the Gaussians before them.
/// </remarks>
/// <param name="floor">Added to the Gaussian's variances where densities are taken.</param>
/// <param name="shared">All images have the same flows.</param>
internal sealed class FlowPosterior(GaussianHead head, IReadOnlyList<IFlow> flows, double floor, bool shared) : IPosterior
{
    /// <summary>Of noise and its mirror image behind <see cref="IInferred.Moments"/>.</summary>
    internal const int Pairs = 16;

    internal const ulong MomentsSeed = 20160601;

    public bool HasUnitKl => false;

    public Gaussian Base(Tensor features) => head.Forward(features);

    public IInferred Infer(Tensor features) =>
        new Inferred(new GaussianPosterior(head.Forward, floor).Infer(features), [.. flows.Select(flow => flow.Given(features))],
            shared);

    private sealed class Inferred(IInferred before, IReadOnlyList<IFlowStep> steps, bool shared) : IInferred
    {
        public Gaussian? Explicit() => shared ? before.Explicit() : null;

        public PosteriorSample Draw(Tensor eps, bool logDensity)
        {
            var (z, _, density) = before.Draw(eps, logDensity);
            foreach (var step in steps)
            {
                (z, var logDet) = step.Apply(z);
                density = density is null ? null : density - logDet;
            }

            return new PosteriorSample(z, StandardKl: null, density);
        }

        public Gaussian Moments()
        {
            var like = before.Moments().Mean;
            var (trials, batch, latent) = (like.size(0), like.size(1), like.size(2));
            // Drawn on the CPU, so that it is the same noise everywhere.
            var drawn = new NoiseStream(MomentsSeed).randn([Pairs, latent], ScalarType.Float64);
            var half = (drawn * ((Pairs - 0.5) / drawn.square().sum([0], keepdim: true)).sqrt()).to(like.dtype, like.device);
            var noise = torch.cat([half, half.neg()], 0).view([1, 2 * Pairs, 1, latent]).expand([trials, -1, batch, -1]);
            var z = Draw(noise.reshape([trials, 2 * Pairs * batch, latent]), logDensity: false).Z;
            var draws = z.view([trials, 2 * Pairs, batch, latent]);
            return new Gaussian(draws.mean([1]), draws.var([1]).log());
        }
    }
}
