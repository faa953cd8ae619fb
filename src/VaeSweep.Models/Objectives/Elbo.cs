using VaeSweep.Models.Families;

namespace VaeSweep.Models.Objectives;

/// <summary>The evidence lower bound, averaged over K samples: E log p(x|z) - beta KL, with KL in closed form where there is one.</summary>
/// <param name="freeBits">Nats below which the KL has no gradient; 0 is off.</param>
/// <param name="form">A name of <see cref="FreeBitsKinds"/>.</param>
/// <remarks>Kingma and Welling 2014, equation 7; Higgins et al. 2017 (beta).</remarks>
internal sealed class Elbo(double freeBits, string form) : IObjective
{
    private readonly Func<LatentSample, double, Tensor> _clamped = FreeBitsKinds.Registry[form];

    public bool NeedsRatios => false;

    public ObjectiveTerms Of(LatentSample sample, Tensor beta)
    {
        var recon = sample.LogLikelihood.mean([1]);
        var kl = LatentCost.MeanKl(sample);
        var cost = freeBits > 0 ? _clamped(sample, freeBits) : kl;
        return new ObjectiveTerms(recon - beta * cost, recon, kl);
    }
}
