namespace VaeSweep.Models.Evaluation;

/// <summary>Bounds of each image at beta = 1, averaged over its K samples; nats, float64.</summary>
/// <param name="Elbo">[M, B], L_1.</param>
/// <param name="Recon">[M, B].</param>
/// <param name="Kl">[M, B], in closed form where there is one.</param>
/// <param name="Importance">[M, B], L_K of the K samples that were drawn.</param>
/// <param name="KlUnits">Of each stochastic layer, data side first: [M, Z] averaged over the batch; null where the prior does not factorise
/// over units.</param>
public sealed record BoundTerms(Tensor Elbo, Tensor Recon, Tensor Kl, Tensor Importance, IReadOnlyList<Tensor?> KlUnits);
