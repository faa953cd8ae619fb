using VaeSweep.Models.Families;

namespace VaeSweep.Models.Objectives;

/// <summary>L_K: log of the average of K importance weights p(x, z) / q(z|x), averaged over images. K = 1 is the one-sample
/// ELBO.</summary>
/// <param name="estimates">How many independent estimates of it, of K samples each, are averaged.</param>
/// <remarks>Burda et al. 2016, equation 8. Plain differentiation gives its gradient, the sum of grad log w weighted by
/// softmax(log w) (their equation 14). Warm-up weighs log q - log p inside the weights, as the ladder code does and Bettencourt
/// and Craddock describe.</remarks>
internal sealed class ImportanceWeighted(int estimates = 1) : IObjective
{
    public bool NeedsRatios => true;

    public ObjectiveTerms Of(LatentSample sample, Tensor beta)
    {
        var logWeights = fused.minus(sample.LogLikelihood, LatentCost.LogRatio(sample), beta);
        var value = fused.row_mean(Estimates(logWeights, sample.K));
        using var noGrad = no_grad();
        return new ObjectiveTerms(value, fused.row_mean(sample.LogLikelihood), LatentCost.MeanKl(sample));
    }

    /// <summary>[M, E*K*B] log-weights to the estimates' values, [M, E*B] in some order.</summary>
    private Tensor Estimates(Tensor logWeights, int samples)
    {
        if (estimates == 1)
            return OfImages(logWeights, samples);

        var (trials, k) = (logWeights.size(0), samples / estimates);
        var batch = logWeights.size(1) / samples;
        // An image's samples lie a batch apart; whole estimates follow one another.
        var each = logWeights.reshape(trials * estimates, k, batch);
        return (k == 1 ? each : fused.log_mean_exp(each, 1)).reshape(trials, -1);
    }

    /// <summary>[M, K*B] log-weights to [M, B].</summary>
    public static Tensor OfImages(Tensor logWeights, int k) =>
        k == 1 ? logWeights : fused.log_mean_exp(Samples.Split(logWeights, k), 1);
}
