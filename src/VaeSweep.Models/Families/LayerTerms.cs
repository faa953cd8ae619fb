using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models.Families;

/// <summary>The sample of one stochastic layer and its cost, in at least one of two forms.</summary>
/// <param name="Z">The sample, [M, K*B, Z].</param>
/// <param name="KlUnits">KL of each unit, [M, R, Z] with R = B or K*B rows; in closed form where there is one, else log q - log p at
/// the sample. Null where the prior does not factorise over units.</param>
/// <param name="LogRatio">log q(z|.) - log p(z|.) at the sample, summed over units, [M, K*B].</param>
internal readonly record struct LayerTerms(Tensor Z, Tensor? KlUnits, Tensor? LogRatio)
{
    /// <summary>Of the top layer.</summary>
    /// <param name="standardKl">KL of each unit to N(0, 1).</param>
    public static LayerTerms Top(Gaussian q, IPrior prior, IDensity density, Tensor z, Tensor standardKl, Tensor eps, bool ratios) => new(
        z,
        prior.IsStandard ? standardKl : null,
        ratios || !prior.IsStandard ? q.LogDensityOfSample(eps) - density.LogDensity(z) : null);

    /// <summary>Of a layer whose q and p are conditioned on the same sample above, so that the KL between them is the expectation wanted.</summary>
    public static LayerTerms Given(Gaussian q, Gaussian p, Tensor z, Tensor eps, bool ratios) => new(
        z,
        q.KlUnits(p),
        ratios ? q.LogRatioUnits(p, z, eps).sum([2]) : null);

    /// <summary>Of a layer whose q does not know the sample that p is conditioned on: only its sample counts, since the layer above was
    /// drawn from it.</summary>
    public static LayerTerms Sampled(Gaussian q, Gaussian p, Tensor z, Tensor eps)
    {
        var units = q.LogRatioUnits(p, z, eps);
        return new LayerTerms(z, units, units.sum([2]));
    }
}
