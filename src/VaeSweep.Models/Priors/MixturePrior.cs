using VaeSweep.Models.Posteriors;

[assembly: KindsIn(typeof(VaeSweep.Models.Priors.MixturePrior))]

namespace VaeSweep.Models.Priors;

/// <summary>A mixture of C Gaussians with free means and log-variances and equal weights.</summary>
/// <remarks>Bergentoft et al., equation 15; means start at N(0, 1), variances at 1.</remarks>
internal sealed class MixturePrior : IPrior
{
    private readonly PriorContext _context;
    private readonly Gaussian _components;

    public MixturePrior(PriorContext context)
    {
        _context = context;
        long[] shape = [context.Config.PseudoInputs, context.Latent];
        _components = new Gaussian(
            context.Parameters.Parameter("prior.mean", shape, (slice, stream) => slice.normal_(0, 1, stream)),
            context.Parameters.Parameter("prior.logvar", shape, (slice, _) => slice.zero_()));
    }

    public static Kind<PriorContext, IPrior> Kind { get; } = new("mixture", context => new MixturePrior(context));

    public bool IsStandard => false;

    public IDensity Prepare() => new GaussianMixture(_components, _context.DensityType);

    public Tensor Sample(int count, IReadOnlyList<NoiseStream> streams) => GaussianMixture.Sample(_components, count, streams);
}
