[assembly: KindsIn(typeof(VaeSweep.Models.Priors.VampPrior))]

namespace VaeSweep.Models.Priors;

/// <summary>The mixture of the posteriors of C pseudo-inputs, by the model's own encoder: gradients reach both.</summary>
/// <remarks>Tomczak and Welling 2018, equation 9. Pseudo-inputs stay within [0, 1], where images are; as in the published code a
/// clamped entry has no gradient. With batch normalisation they are normalised by the statistics of the images, never by their
/// own: the encoder is then the same function for both, in training and in evaluation.</remarks>
internal sealed class VampPrior : IPrior
{
    private readonly PriorContext _context;
    private readonly Tensor _pseudoInputs;

    /// <summary>Of pseudo-inputs that are learnt.</summary>
    public static Kind<PriorContext, IPrior> Learnt { get; } =
        new("vampprior", context => new VampPrior(context, PseudoInputs.InitKinds[context.Config.PseudoInit](context)));

    /// <summary>Of pseudo-inputs that are training images.</summary>
    public static Kind<PriorContext, IPrior> OfImages { get; } =
        new("vampprior_data", context => new VampPrior(context, PseudoInputs.FromData(context)));

    /// <param name="pseudoInputs">[M, C, D].</param>
    public VampPrior(PriorContext context, Tensor pseudoInputs)
    {
        (_context, _pseudoInputs) = (context, pseudoInputs);
        context.Layers.Mode.Followed = true;
    }

    public bool IsStandard => false;

    public IDensity Prepare() => new GaussianMixture(Components(), _context.DensityType);

    public Tensor Sample(int count, IReadOnlyList<NoiseStream> streams) => GaussianMixture.Sample(Components(), count, streams);

    private Posteriors.Gaussian Components()
    {
        using var following = _context.Layers.Mode.Follow();
        return _context.Encode(fused.clamp(_pseudoInputs, 0, 1));
    }
}
