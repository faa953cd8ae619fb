using VaeSweep.Models.Layers;

[assembly: KindsIn(typeof(VaeSweep.Models.Posteriors.FixedHead))]

namespace VaeSweep.Models.Posteriors;

/// <summary>An inferred mean with noise of a fixed standard deviation.</summary>
/// <remarks>Grover and Ermon 2019, uncertainty autoencoders: with objective.beta 0 the loss is -E log p(x|z), an upper bound of
/// H(X|Z). With learnt noise that loss would drive it to zero.</remarks>
internal sealed class FixedHead(PosteriorContext context)
{
    private readonly DenseLayer _mean = context.Layers.Head("encoder.mean", context.Features, context.Latent);
    private readonly double _logVar = 2 * Math.Log(context.Config.PosteriorSd);

    public static Kind<PosteriorContext, IPosterior> Kind { get; } =
        new("fixed", context => new GaussianPosterior(new FixedHead(context).Forward, floor: 0));

    public Gaussian Forward(Tensor features)
    {
        var mean = _mean.Forward(features);
        return new Gaussian(mean, torch.full_like(mean, _logVar));
    }
}
