using VaeSweep.Models.Families;

namespace VaeSweep.Models.Objectives;

/// <summary>The evidence lower bound, averaged over K samples: E log p(x|z) - beta KL, with KL in closed form where there is one
/// and nobody wants samples.</summary>
/// <remarks>Kingma and Welling 2014, equation 7; Higgins et al. 2017 (beta).</remarks>
internal sealed class Elbo : IObjective
{
    private readonly double _freeBits;
    private readonly Func<LatentSample, double, Tensor> _clamped;

    public Elbo(ObjectiveConfig config)
    {
        (_freeBits, _clamped) = (config.FreeBits, FreeBitsKinds.Registry[config.FreeBitsForm]);
        NeedsRatios = config.KlForm == "monte_carlo";
    }

    public bool NeedsRatios { get; }

    public ObjectiveTerms Of(LatentSample sample, Tensor beta)
    {
        if (NeedsRatios)
            sample = sample.WithSampledKl();

        var recon = fused.row_mean(sample.LogLikelihood);
        var kl = LatentCost.MeanKl(sample);
        var cost = _freeBits > 0 ? _clamped(sample, _freeBits) : kl;
        return new ObjectiveTerms(fused.minus(recon, cost, beta), recon, kl);
    }
}
