namespace VaeSweep.Models.Posteriors;

/// <summary>A diagonal Gaussian for each row.</summary>
/// <param name="Mean">[M, R, Z].</param>
/// <param name="LogVar">[M, R, Z], log of the variance.</param>
internal readonly record struct Gaussian(Tensor Mean, Tensor LogVar)
{
    private static readonly double Log2Pi = Math.Log(2 * Math.PI);

    /// <summary>log N(mean + exp(logvar/2) eps; mean, exp(logvar)), of K samples an image.</summary>
    /// <param name="eps">[M, K*R, Z], K-major.</param>
    /// <returns>[M, K*R].</returns>
    /// <remarks>At a reparameterised sample (z - mean)^2 / variance is eps^2 whatever the parameters, so neither mean nor z appears:
    /// value and total gradient are those of the density at z.</remarks>
    public Tensor LogDensityOfSample(Tensor eps)
    {
        var k = (int)(eps.size(1) / LogVar.size(1));
        var rows = LogVar.sum([-1]);
        var ofEps = eps.square().sum([-1]) + eps.size(2) * Log2Pi;
        return (Samples.Repeat(rows, k) + ofEps) * -0.5;
    }
}
