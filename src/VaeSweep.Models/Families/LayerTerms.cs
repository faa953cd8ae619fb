using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models.Families;

/// <summary>The sample of one stochastic layer and its cost, in at least one of two forms.</summary>
/// <param name="Z">The sample, [M, K*B, Z].</param>
/// <param name="KlUnits">KL of each unit, [M, R, Z] with R = B or K*B rows; in closed form where there is one, else log q - log p
/// at the sample. Null where the prior does not factorise over units.</param>
/// <param name="LogRatio">log q(z|.) - log p(z|.) at the sample, summed over units, [M, K*B].</param>
internal readonly record struct LayerTerms(Tensor Z, Tensor? KlUnits, Tensor? LogRatio);

/// <summary>Costs of layers whose q is a Gaussian.</summary>
/// <param name="floor">Added to variances where densities are taken.</param>
/// <param name="ratios">Whether log q - log p at the sample is wanted even where the KL has a closed form.</param>
internal readonly struct LayerCosts(double floor, bool ratios)
{
    /// <summary>Of the top layer.</summary>
    /// <param name="standardKl">KL of each unit to N(0, 1).</param>
    public LayerTerms Top(Gaussian q, IPrior prior, IDensity density, Tensor z, Tensor standardKl, Tensor eps)
    {
        var floored = q.Floored(floor);
        var kl = !prior.IsStandard ? null : floor > 0 ? floored.StandardKlUnits() : standardKl;
        if (!ratios && prior.IsStandard)
            return new LayerTerms(z, kl, LogRatio: null);

        var logQ = floor > 0 ? fused.gaussian_log_prob(z, floored.Mean, floored.LogVar) : q.LogDensityOfSample(eps);
        return new LayerTerms(z, kl, fused.minus(logQ, density.LogDensity(z)));
    }

    /// <summary>Of a layer whose q and p are conditioned on the same sample above, so that the KL between them is the expectation
    /// wanted.</summary>
    public LayerTerms Given(Gaussian q, Gaussian p, Tensor z, Tensor eps) => new(
        z,
        q.KlUnits(p, floor),
        ratios ? RatioUnits(q, p, z, eps).sum([2]) : null);

    /// <summary>Of a layer whose q does not know the sample that p is conditioned on: only its sample counts, since the layer
    /// above was drawn from it.</summary>
    public LayerTerms Sampled(Gaussian q, Gaussian p, Tensor z, Tensor eps)
    {
        var units = RatioUnits(q, p, z, eps);
        return new LayerTerms(z, units, units.sum([2]));
    }

    private Tensor RatioUnits(Gaussian q, Gaussian p, Tensor z, Tensor eps) =>
        floor > 0 ? q.Floored(floor).LogDensityUnits(z) - p.Floored(floor).LogDensityUnits(z) : q.LogRatioUnits(p, z, eps);
}
