using VaeSweep.Models.Families;

namespace VaeSweep.Models.Objectives;

/// <summary>The evidence lower bound, averaged over K samples: E log p(x|z) - beta KL, with KL in closed form where there is one.</summary>
/// <param name="freeBits">Nats a unit below which its KL, averaged over the batch, has no gradient; 0 is off.</param>
/// <remarks>Kingma and Welling 2014, equation 7; Higgins et al. 2017 (beta); Kingma et al. 2016, appendix C.8 (free bits: the sum over
/// units of max(lambda, KL averaged over the minibatch)).</remarks>
internal sealed class Elbo(double freeBits) : IObjective
{
    public bool NeedsRatios => false;

    public ObjectiveTerms Of(LatentSample sample, Tensor beta)
    {
        var recon = sample.LogLikelihood.mean([1]);
        var kl = LatentCost.MeanKl(sample);
        var cost = freeBits > 0 ? sample.Layers.Select(FreeBits).Aggregate((a, b) => a + b) : kl;
        return new ObjectiveTerms(recon - beta * cost, recon, kl);
    }

    private Tensor FreeBits(LayerTerms layer)
    {
        var units = LatentCost.MeanKlUnits(layer)
            ?? throw new InvalidOperationException("free bits need a KL for each unit, which this prior does not have.");
        return units.clamp(min: freeBits).sum([1]);
    }
}
