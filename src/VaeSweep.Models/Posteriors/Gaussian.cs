namespace VaeSweep.Models.Posteriors;

/// <summary>A diagonal Gaussian for each row.</summary>
/// <param name="Mean">[M, R, Z].</param>
/// <param name="LogVar">[M, R, Z], log of the variance.</param>
internal readonly record struct Gaussian(Tensor Mean, Tensor LogVar)
{
    private static readonly double _log2Pi = Math.Log(2 * Math.PI);

    /// <summary>log N(mean + exp(logvar/2) eps; mean, exp(logvar)), of K samples a row.</summary>
    /// <param name="eps">[M, K*R, Z], K-major.</param>
    /// <returns>[M, K*R].</returns>
    /// <remarks>At a reparameterised sample (z - mean)^2 / variance is eps^2 whatever the parameters, so neither mean nor z
    /// appears: value and total gradient are those of the density at z.</remarks>
    public Tensor LogDensityOfSample(Tensor eps)
    {
        var rows = LogVar.sum([-1]);
        var ofEps = eps.square().sum([-1]) + eps.size(2) * _log2Pi;
        return (Samples.Repeat(rows, Samples.Count(eps, LogVar)) + ofEps) * -0.5;
    }

    /// <summary>The same with variances larger by <paramref name="floor"/>; itself when that is zero.</summary>
    public Gaussian Floored(double floor) => floor > 0 ? new Gaussian(Mean, (LogVar.exp() + floor).log()) : this;

    /// <summary>log density of each unit, [M, R, Z]; all of the same rows.</summary>
    public Tensor LogDensityUnits(Tensor z) => (LogVar + (z - Mean).square() * LogVar.neg().exp() + _log2Pi) * -0.5;

    /// <summary>KL to N(0, 1) of each unit, [M, R, Z].</summary>
    public Tensor StandardKlUnits() => (LogVar.exp() + Mean.square() - 1 - LogVar) * 0.5;

    /// <summary>One sample a row, each trial's from its own stream, [M, R, Z].</summary>
    public Tensor Draw(IReadOnlyList<NoiseStream> streams) =>
        Mean + (LogVar * 0.5).exp() * Noise.randn([Mean.size(0), Mean.size(1), Mean.size(2)], streams, Mean.dtype, Mean.device);

    /// <summary>The sample of this noise, one a row; the mean without.</summary>
    public Tensor At(Tensor? eps) => eps is null ? Mean : Mean + (LogVar * 0.5).exp() * eps;

    /// <summary>K copies of each row, K-major.</summary>
    public Gaussian Repeat(int k) => k == 1 ? this : new Gaussian(Samples.Repeat(Mean, k), Samples.Repeat(LogVar, k));

    /// <summary>KL(this || other) of each unit, [M, R, Z], of variances larger by <paramref name="floor"/>.</summary>
    public Tensor KlUnits(Gaussian other, double floor) => fused.gaussian_kl(Mean, LogVar, other.Mean, other.LogVar, floor);

    /// <summary>log this - log other of each unit at z = mean + exp(logvar/2) eps, [M, R, Z]; all of the same rows.</summary>
    public Tensor LogRatioUnits(Gaussian other, Tensor z, Tensor eps) =>
        (other.LogVar - LogVar + (z - other.Mean).square() * other.LogVar.neg().exp() - eps.square()) * 0.5;

    /// <summary>The product of two Gaussians, normalised: precisions add, means are weighted by them.</summary>
    public Gaussian Merge(Gaussian other)
    {
        var (mean, logVar) = fused.gaussian_merge(Mean, LogVar, other.Mean, other.LogVar);
        return new Gaussian(mean, logVar);
    }
}
