using VaeSweep.Models.Families;

namespace VaeSweep.Models.Objectives;

/// <summary>L_K: log of the average of K importance weights p(x, z) / q(z|x), averaged over images. K = 1 is the one-sample ELBO.</summary>
/// <remarks>Burda et al. 2016, equation 8. Plain differentiation gives its gradient, the sum of grad log w weighted by softmax(log w)
/// (their equation 14). Warm-up weighs log q - log p inside the weights, as the ladder code does and Bettencourt and Craddock describe.</remarks>
internal sealed class ImportanceWeighted : IObjective
{
    public bool NeedsRatios => true;

    public ObjectiveTerms Of(LatentSample sample, Tensor beta)
    {
        var logWeights = sample.LogLikelihood - beta.unsqueeze(1) * LatentCost.LogRatio(sample);
        var value = OfImages(logWeights, sample.K).mean([1]);
        using var noGrad = torch.no_grad();
        return new ObjectiveTerms(value, sample.LogLikelihood.mean([1]), LatentCost.MeanKl(sample));
    }

    /// <summary>[M, K*B] log-weights to [M, B].</summary>
    public static Tensor OfImages(Tensor logWeights, int k) =>
        k == 1 ? logWeights : fused.log_mean_exp(Samples.Split(logWeights, k), 1);
}
