using VaeSweep.Models.Posteriors;

namespace VaeSweep.Models.Priors;

/// <summary>C diagonal Gaussians of equal weight.</summary>
/// <remarks>log N(z; mu, v) = -1/2 (z^2 . 1/v - 2 z . mu/v + sum(log 2 pi + log v + mu^2/v)) is one product of [z^2, z] with a
/// [2Z, C] matrix where the direct form has a [R, C, Z] tensor. It subtracts large numbers, so z and mu are first taken relative
/// to the components' mean, and evaluation computes it in float64.</remarks>
internal sealed class GaussianMixture : IDensity
{
    private static readonly double _log2Pi = Math.Log(2 * Math.PI);

    private readonly ScalarType _dtype;
    private readonly Tensor _centre;
    private readonly Tensor _factors;
    private readonly Tensor _constants;

    /// <param name="components">[M, C, Z].</param>
    public GaussianMixture(Gaussian components, ScalarType dtype)
    {
        _dtype = dtype;
        var mean = components.Mean.to(dtype);
        var logVar = components.LogVar.to(dtype);
        // The density does not depend on where the centre is, so no gradient goes through it.
        _centre = mean.detach().mean([1], keepdim: true);
        mean = mean - _centre;
        var precision = logVar.neg().exp();
        var scaled = mean * precision;
        var constant = (logVar + mean * scaled).sum([2]) + mean.size(2) * _log2Pi;
        _factors = torch.cat([precision * -0.5, scaled], 2).transpose(1, 2);
        _constants = constant.unsqueeze(1) * -0.5 - Math.Log(mean.size(1));
    }

    public Tensor LogDensity(Tensor z)
    {
        var centred = z.to(_dtype) - _centre;
        var terms = torch.cat([centred.square(), centred], 2).baddbmm(_factors, _constants);
        return fused.log_sum_exp(terms).to(z.dtype);
    }

    /// <summary>Components drawn uniformly, then z from each.</summary>
    /// <returns>[M, count, Z].</returns>
    public static Tensor Sample(Gaussian components, int count, IReadOnlyList<NoiseStream> streams)
    {
        var (mean, logVar) = components;
        var noise = Noise.randn([mean.size(0), count, mean.size(2)], streams, mean.dtype, mean.device);
        var drawn = streams.Select((stream, m) =>
        {
            using var uniform = stream.rand([count], ScalarType.Float64, mean.device);
            // A uniform draw may round to C itself.
            var component = (uniform * mean.size(1)).floor().clamp(max: mean.size(1) - 1).to(ScalarType.Int64);
            var ofMean = mean.select(0, m).index_select(0, component);
            return ofMean + (logVar.select(0, m).index_select(0, component) * 0.5).exp() * noise.select(0, m);
        });
        return torch.stack([.. drawn], 0);
    }
}
