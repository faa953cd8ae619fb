using System.Runtime.CompilerServices;
using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>The parts that every VAE shares, each one native call, with one pass over memory where the CPU has the kernel.</summary>
/// <remarks>Pack form: M trials, B images, K samples; sample k of image b is row k * B + b. What trial m gets does not depend on M.</remarks>
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
        Span<nint> room = stackalloc nint[1];
        using var bias = new HandleArray([b], room);
        return Result(Native.vs_linear(x.Handle, w.Handle, room[0], (int)act, slope, out var r), r, x, w, b);
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
        var status = Native.vs_gated_linear(x.Handle, w.Handle, b.Handle, v.Handle, c.Handle, out var r);
        return status == 0 ? new Tensor(r) : throw Status.Failure(status, nameof(gated_linear), [x, w, b, v, c]);
    }

    /// <summary>act((x - mean) / sqrt(variance + eps) * weight + bias) with the mean and the biased variance of each column over the rows.</summary>
    /// <param name="x">[M, rows, columns].</param>
    /// <param name="weight">[M, 1, columns].</param>
    /// <param name="bias">[M, 1, columns].</param>
    /// <param name="eps">Inside the root.</param>
    /// <param name="act">The activation.</param>
    /// <param name="slope">Of the leaky ReLU below zero.</param>
    /// <returns>y [M, rows, columns]; mean and variance [M, 1, columns], which carry no gradient.</returns>
    /// <remarks>Ioffe and Szegedy 2015, algorithm 1.</remarks>
    public static (Tensor y, Tensor mean, Tensor variance) batch_norm(Tensor x, Tensor weight, Tensor bias, double eps, Activation act, double slope = 0.01)
    {
        var status = Native.vs_batch_norm(x.Handle, weight.Handle, bias.Handle, eps, (int)act, slope, out var y, out var mean, out var variance);
        return status == 0 ? (new Tensor(y), new Tensor(mean), new Tensor(variance)) : throw Status.Failure(status, nameof(batch_norm), [x, weight, bias]);
    }

    /// <summary>log of the sum of exp(a) along the last dimension, without overflow. The dimension goes.</summary>
    /// <remarks>On the CPU and without a gradient it is one pass over memory.</remarks>
    public static Tensor log_sum_exp(Tensor a) => Result(Native.vs_log_sum_exp(a.Handle, out var r), r, a);

    /// <summary>log p(x | logits) of independent Bernoulli pixels, in nats: the sum over D of x l - softplus(l).</summary>
    /// <param name="logits">[M, K*B, D], before the sigmoid.</param>
    /// <param name="x">[M, B, D], in [0, 1].</param>
    /// <returns>[M, K*B].</returns>
    public static Tensor bernoulli_log_prob(Tensor logits, Tensor x) =>
        Result(Native.vs_bernoulli_log_prob(logits.Handle, x.Handle, out var r), r, logits, x);

    /// <summary>log N(x; mean, exp(logvar)), in nats, summed over the last dimension; -1/2 sum(log 2 pi + lv + (x - mean)^2 exp(-lv)).</summary>
    /// <param name="x">[M, B, D] or [M, K*B, D], as the other two: those of B rows serve all K samples.</param>
    /// <param name="mean">As <paramref name="x"/>.</param>
    /// <param name="logvar">As <paramref name="x"/>.</param>
    /// <returns>[M, K*B].</returns>
    public static Tensor gaussian_log_prob(Tensor x, Tensor mean, Tensor logvar) =>
        Result(Native.vs_gaussian_log_prob(x.Handle, mean.Handle, logvar.Handle, out var r), r, x, mean, logvar);

    /// <summary>z = mu + exp(logvar / 2) eps, and KL(N(mu, exp(logvar)) || N(0, 1)) of each unit in nats.</summary>
    /// <param name="mu">[M, B, Z].</param>
    /// <param name="logvar">[M, B, Z].</param>
    /// <param name="eps">[M, K*B, Z] standard normal noise.</param>
    /// <returns>z [M, K*B, Z] and KL [M, B, Z].</returns>
    /// <remarks>Kingma and Welling 2014, section 2.4 and appendix B.</remarks>
    public static (Tensor z, Tensor klUnits) gaussian_sample(Tensor mu, Tensor logvar, Tensor eps)
    {
        var status = Native.vs_gaussian_sample(mu.Handle, logvar.Handle, eps.Handle, out var z, out var kl);
        return status == 0 ? (new Tensor(z), new Tensor(kl)) : throw Status.Failure(status, nameof(gaussian_sample), [mu, logvar, eps]);
    }

    /// <summary>log of the mean of exp(a) along a dimension, without overflow. The dimension goes.</summary>
    public static Tensor log_mean_exp(Tensor a, long dim) => Result(Native.vs_log_mean_exp(a.Handle, dim, out var r), r, a);

    private static Tensor Result(int status, nint pointer, Tensor a, Tensor? b = null, Tensor? c = null, [CallerMemberName] string operation = "") =>
        status == 0 ? new Tensor(pointer) : throw Status.Failure(status, operation, [a, b, c]);
}
