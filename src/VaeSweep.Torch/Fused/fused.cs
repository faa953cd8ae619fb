namespace VaeSweep.Torch;

/// <summary>The parts that every VAE shares, each one native call, with one pass over memory where the CPU has the
/// kernel.</summary>
/// <remarks>Pack form: M trials, B images, K samples; sample k of image b is row k * B + b. What trial m gets does not depend on
/// M.</remarks>
public static class fused
{
    /// <summary>act(x w + b).</summary>
    /// <param name="x">[M, rows, in].</param>
    /// <param name="w">[M, in, out].</param>
    /// <param name="b">[M, 1, out], or null.</param>
    /// <param name="act">The activation.</param>
    /// <param name="slope">Of the leaky ReLU below zero.</param>
    /// <returns>[M, rows, out].</returns>
    /// <exception cref="TorchException">Shapes differ; the message names them.</exception>
    public static Tensor linear(Tensor x, Tensor w, Tensor? b, Activation act, double slope = 0.01)
    {
        Operands.Linear(x, w, b);
        // A negative slope cannot be told from the value alone, which is all that the kernels keep.
        return Operands.HaveKernels(x, w, b) && (act != Activation.LeakyRelu || slope >= 0)
            ? Kernelled.Linear(x, w, b, act, slope)
            : Composites.Linear(x, w, b, act, slope);
    }

    /// <summary>(x w + b) * sigmoid(x v + c).</summary>
    /// <param name="x">[M, rows, in].</param>
    /// <param name="w">[M, in, out], as <paramref name="v"/>.</param>
    /// <param name="b">[M, 1, out], as <paramref name="c"/>.</param>
    /// <param name="v">Of the gate.</param>
    /// <param name="c">Of the gate.</param>
    /// <returns>[M, rows, out].</returns>
    /// <remarks>Dauphin et al. 2017.</remarks>
    public static Tensor gated_linear(Tensor x, Tensor w, Tensor b, Tensor v, Tensor c)
    {
        Operands.GatedLinear(x, w, b, v, c);
        return Operands.HaveKernels(x, w, b, v, c) ? Kernelled.GatedLinear(x, w, b, v, c) : Composites.GatedLinear(x, w, b, v, c);
    }

    /// <summary>[shared, x]: x's columns after those of shared, of which row b stands before all rows k * B + b of x.</summary>
    /// <param name="shared">[M, B, columns].</param>
    /// <param name="x">[M, K*B, columns].</param>
    public static Tensor join(Tensor shared, Tensor x)
    {
        Operands.Joined(shared, x);
        return Composites.Join(shared, x);
    }

    /// <summary>act([shared, x] w + b), as <see cref="join"/> has it; without gradients, shared's part is computed
    /// once.</summary>
    public static Tensor linear(Tensor shared, Tensor x, Tensor w, Tensor? b, Activation act, double slope = 0.01)
    {
        if (!AreJoinedByKernels(shared, x, w, b))
            return linear(join(shared, x), w, b, act, slope);

        Operands.Joined(shared, x, w, b);
        return Kernelled.Linear(shared, x, w, b, act, slope);
    }

    /// <summary>([shared, x] w + b) * sigmoid([shared, x] v + c), as <see cref="join"/> has it; without gradients, shared's
    /// part is computed once.</summary>
    public static Tensor gated_linear(Tensor shared, Tensor x, Tensor w, Tensor b, Tensor v, Tensor c)
    {
        if (!AreJoinedByKernels(shared, x, w, b, v, c))
            return gated_linear(join(shared, x), w, b, v, c);

        Operands.Joined(shared, x, w, b);
        Operands.Joined(shared, x, v, c);
        return Kernelled.GatedLinear(shared, x, w, b, v, c);
    }

    /// <summary>act((x - mean) / sqrt(variance + eps) * weight + bias) with the mean and the biased variance of each column over
    /// the rows.</summary>
    /// <param name="x">[M, rows, columns].</param>
    /// <param name="weight">[M, 1, columns].</param>
    /// <param name="bias">[M, 1, columns].</param>
    /// <param name="eps">Inside the root.</param>
    /// <param name="act">The activation.</param>
    /// <param name="slope">Of the leaky ReLU below zero.</param>
    /// <returns>y [M, rows, columns]; mean and variance [M, 1, columns], which carry no gradient.</returns>
    /// <remarks>Ioffe and Szegedy 2015, algorithm 1.</remarks>
    public static (Tensor y, Tensor mean, Tensor variance) batch_norm(
        Tensor x, Tensor weight, Tensor bias, double eps, Activation act, double slope = 0.01)
    {
        Operands.BatchNorm(x, weight, bias);
        return Operands.HaveKernels(x, weight, bias) && (act != Activation.LeakyRelu || slope >= 0)
            ? Kernelled.BatchNorm(x, weight, bias, eps, act, slope)
            : Composites.BatchNorm(x, weight, bias, eps, act, slope);
    }

    /// <summary>log of the sum of exp(a) along the last dimension, without overflow. The dimension goes.</summary>
    public static Tensor log_sum_exp(Tensor a) =>
        Operands.HaveSumKernels(a) ? Kernelled.LogSumExp(a, (int)a.ndim - 1, mean: false) : a.logsumexp(-1);

    /// <summary>log p(x | logits) of independent Bernoulli pixels, in nats: the sum over D of x l - softplus(l).</summary>
    /// <param name="logits">[M, K*B, D], before the sigmoid.</param>
    /// <param name="x">[M, B, D], in [0, 1].</param>
    /// <returns>[M, K*B].</returns>
    public static Tensor bernoulli_log_prob(Tensor logits, Tensor x)
    {
        Operands.Bernoulli(logits, x);
        return Operands.HaveKernels(logits, x) && !x.requires_grad
            ? Kernelled.BernoulliLogProb(logits, x) : Composites.BernoulliLogProb(logits, x);
    }

    /// <summary>log N(x; mean, exp(logvar)), in nats, summed over the last dimension; -1/2 sum(log 2 pi + lv + (x - mean)^2
    /// exp(-lv)).</summary>
    /// <param name="x">[M, B, D] or [M, K*B, D], as the other two: those of B rows serve all K samples.</param>
    /// <param name="mean">As <paramref name="x"/>.</param>
    /// <param name="logvar">As <paramref name="x"/>.</param>
    /// <returns>[M, K*B].</returns>
    public static Tensor gaussian_log_prob(Tensor x, Tensor mean, Tensor logvar)
    {
        Operands.Gaussian(x, mean, logvar);
        return Operands.HaveKernels(x, mean, logvar)
            ? Kernelled.GaussianLogProb(x, mean, logvar) : Composites.GaussianLogProb(x, mean, logvar);
    }

    /// <summary>log-mass of discretised logistic pixels over 256 grey values, in nats, summed over D.</summary>
    /// <param name="mean">[M, K*B, D], before the sigmoid; the mean is kept within [1/512, 1 - 1/512].</param>
    /// <param name="logScale">[M, K*B, D], kept within [-4.5, 0].</param>
    /// <param name="x">[M, B, D], in [0, 1]: p / 255, (p + 0.5) / 256 and (p + u) / 256 alike.</param>
    /// <param name="openBins">Whether the darkest and the brightest value take the mass beyond 0 and 1; else it is lost, and 1e-7
    /// is added to each mass.</param>
    /// <returns>[M, K*B].</returns>
    /// <remarks>Kingma et al. 2016; the published code of Tomczak and Welling 2018.</remarks>
    public static Tensor logistic_log_prob(Tensor mean, Tensor logScale, Tensor x, bool openBins)
    {
        Operands.Logistic(mean, logScale, x);
        return Operands.HaveKernels(mean, logScale, x) && !x.requires_grad
            ? Kernelled.LogisticLogProb(mean, logScale, x, openBins)
            : Composites.LogisticLogProb(mean, logScale, x, openBins);
    }

    /// <summary>z = mu + exp(logvar / 2) eps, and KL(N(mu, exp(logvar)) || N(0, 1)) of each unit in nats.</summary>
    /// <param name="mu">[M, B, Z].</param>
    /// <param name="logvar">[M, B, Z].</param>
    /// <param name="eps">[M, K*B, Z] standard normal noise.</param>
    /// <returns>z [M, K*B, Z] and KL [M, B, Z].</returns>
    /// <remarks>Kingma and Welling 2014, section 2.4 and appendix B.</remarks>
    public static (Tensor z, Tensor klUnits) gaussian_sample(Tensor mu, Tensor logvar, Tensor eps)
    {
        Operands.Sample(mu, logvar, eps);
        return Operands.HaveKernels(mu, logvar, eps) && !eps.requires_grad
            ? Kernelled.GaussianSample(mu, logvar, eps)
            : Composites.GaussianSample(mu, logvar, eps);
    }

    /// <summary>log(softplus(x) + floor).</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="floor">Above zero; keeps the logarithm finite.</param>
    public static Tensor log_softplus(Tensor x, double floor) =>
        Operands.HaveKernels(x) ? Kernelled.LogSoftplus(x, floor) : Composites.LogSoftplus(x, floor);

    /// <summary>x kept within [least, most]; an entry beyond has no gradient.</summary>
    public static Tensor clamp(Tensor x, double least, double most) =>
        Operands.HaveKernels(x) ? Kernelled.Clamp(x, least, most) : x.clamp(least, most);

    /// <summary>KL(N(mean, v) || N(otherMean, w)) of each unit in nats, v = exp(logvar) + floor, w = exp(otherLogvar) +
    /// floor.</summary>
    /// <param name="mean">One shape for all four.</param>
    /// <param name="logvar">As <paramref name="mean"/>.</param>
    /// <param name="otherMean">As <paramref name="mean"/>.</param>
    /// <param name="otherLogvar">As <paramref name="mean"/>.</param>
    /// <param name="floor">Added to both variances; 0 or more.</param>
    public static Tensor gaussian_kl(Tensor mean, Tensor logvar, Tensor otherMean, Tensor otherLogvar, double floor)
    {
        Operands.Pair(mean, logvar, otherMean, otherLogvar);
        return Operands.HaveKernels(mean, logvar, otherMean, otherLogvar)
            ? Kernelled.GaussianKl(mean, logvar, otherMean, otherLogvar, floor)
            : Composites.GaussianKl(mean, logvar, otherMean, otherLogvar, floor);
    }

    /// <summary>The product of two Gaussians, normalised: precisions add, means are weighted by them.</summary>
    /// <param name="mean">One shape for all four.</param>
    /// <param name="logvar">As <paramref name="mean"/>.</param>
    /// <param name="otherMean">As <paramref name="mean"/>.</param>
    /// <param name="otherLogvar">As <paramref name="mean"/>.</param>
    /// <remarks>Sønderby et al. 2016, equations 17 and 18, where 17 gives the variance, not the standard deviation.</remarks>
    public static (Tensor mean, Tensor logvar) gaussian_merge(Tensor mean, Tensor logvar, Tensor otherMean, Tensor otherLogvar)
    {
        Operands.Pair(mean, logvar, otherMean, otherLogvar);
        return Operands.HaveKernels(mean, logvar, otherMean, otherLogvar)
            ? Kernelled.GaussianMerge(mean, logvar, otherMean, otherLogvar)
            : Composites.GaussianMerge(mean, logvar, otherMean, otherLogvar);
    }

    /// <summary>z + v tanh(w.z + b) with v = u + (m(w.u) - w.u) w / |w|^2 and m(a) = softplus(a) - 1, which keeps w.v above -1
    /// and the flow invertible.</summary>
    /// <param name="z">[M, K*P, Z].</param>
    /// <param name="u">[M, P, Z]: row r of z passes flow r mod P.</param>
    /// <param name="w">[M, P, Z].</param>
    /// <param name="b">[M, P, 1].</param>
    /// <returns>[M, K*P, Z], and log |det| of each row, [M, K*P].</returns>
    /// <remarks>Rezende and Mohamed 2015, equations 10 to 12 and appendix A.1.</remarks>
    public static (Tensor z, Tensor logDet) planar_flow(Tensor z, Tensor u, Tensor w, Tensor b)
    {
        Operands.PlanarFlow(z, u, w, b);
        return Operands.HaveKernels(z, u, w, b) ? Kernelled.PlanarFlow(z, u, w, b) : Composites.PlanarFlow(z, u, w, b);
    }

    /// <summary>log of the mean of exp(a) along a dimension, without overflow. The dimension goes.</summary>
    public static Tensor log_mean_exp(Tensor a, long dim) => Operands.HaveSumKernels(a)
        ? Kernelled.LogSumExp(a, (int)(dim < 0 ? dim + a.ndim : dim), mean: true)
        : a.logsumexp(dim) - Math.Log(a.size((int)dim));

    /// <summary>The mean over the rows of each trial's sums over all further dimensions.</summary>
    /// <param name="a">[M, R], [M, R, Z], ...</param>
    /// <returns>[M].</returns>
    public static Tensor row_mean(Tensor a)
    {
        Operands.HasRows(a);
        return Operands.HaveKernels(a) ? Kernelled.RowMean(a) : Composites.RowMean(a);
    }

    /// <summary>a - weight b.</summary>
    /// <param name="a">[M, ...].</param>
    /// <param name="b">As <paramref name="a"/>.</param>
    /// <param name="weight">[M], a constant; null is 1.</param>
    public static Tensor minus(Tensor a, Tensor b, Tensor? weight = null)
    {
        Operands.Minus(a, b, weight);
        return Operands.HaveKernels(a, b, weight) && weight is not { requires_grad: true }
            ? Kernelled.Minus(a, b, weight) : Composites.Minus(a, b, weight);
    }

    /// <summary>Minus the sum of all that there is, a scalar: what is minimised where a is to be as large as can be.</summary>
    public static Tensor minus_sum(Tensor a) => Operands.HaveKernels(a) && a.numel() > 0 ? Kernelled.MinusSum(a) : a.sum().neg();

    private static bool AreJoinedByKernels(params ReadOnlySpan<Tensor?> operands) =>
        Tape.Current is null && Operands.HaveKernels(operands);
}
