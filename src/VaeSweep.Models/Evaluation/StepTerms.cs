namespace VaeSweep.Models.Evaluation;

/// <summary>What one training step computed.</summary>
/// <param name="Loss">Scalar to differentiate: minus the sum of the trials' objectives, so that each trial's gradient is what it
/// would be alone.</param>
/// <param name="Objective">[M], what was maximised (with beta, K and free bits), nats per image. Detached, as all that
/// follow.</param>
/// <param name="Elbo">[M], the bound at beta = 1 averaged over samples, L_1.</param>
/// <param name="Recon">[M], E log p(x|z).</param>
/// <param name="Kl">[M].</param>
public sealed record StepTerms(Tensor Loss, Tensor Objective, Tensor Elbo, Tensor Recon, Tensor Kl);
