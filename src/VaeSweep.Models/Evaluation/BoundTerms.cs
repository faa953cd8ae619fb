namespace VaeSweep.Models.Evaluation;

/// <summary>Bounds of each image at beta = 1, averaged over its K samples; nats, float64.</summary>
/// <param name="Elbo">[M, B], L_1.</param>
/// <param name="Recon">[M, B]; minus the distortion of Alemi et al. 2018.</param>
/// <param name="Kl">[M, B], in closed form where there is one; their rate.</param>
/// <param name="Importance">[M, B], L_K of the K samples that were drawn.</param>
/// <param name="KlUnits">Of each stochastic layer, data side first: [M, Z] averaged over the batch; null where the prior does not
/// factorise over units.</param>
/// <param name="KlLayers">Of each stochastic layer, data side first: [M] averaged over the batch; they add up to the mean of
/// <paramref name="Kl"/>.</param>
public sealed record BoundTerms(
    Tensor Elbo, Tensor Recon, Tensor Kl, Tensor Importance, IReadOnlyList<Tensor?> KlUnits, IReadOnlyList<Tensor> KlLayers);
