namespace VaeSweep.Models.Posteriors;

/// <summary>What the two linear outputs of a Gaussian layer are passed through.</summary>
internal static class EncoderHeadKinds
{
    /// <summary>Keeps the log of a variance that underflowed finite.</summary>
    private const double TinyVariance = 1e-30;

    /// <summary>What is added to the variances of Gaussian layers where densities are taken.</summary>
    public static double VarianceFloor(ModelConfig model) => model.EncoderHead == "softplus" ? model.VarianceFloor : 0;

    public static Registry<Func<Tensor, Tensor, Gaussian>> Registry { get; } = new("encoder head",
        new Dictionary<string, Func<Tensor, Tensor, Gaussian>>
        {
            ["linear"] = (mean, logvar) => new Gaussian(mean, logvar),
            // Bettencourt and Craddock section 2.3.1 read literally: means within (0, 1), variances within [1/e, e].
            ["report"] = (mean, logvar) => new Gaussian(mean.sigmoid(), logvar.tanh()),
            // The VampPrior's published code: no gradient outside of the range.
            ["hardtanh"] = (mean, logvar) => new Gaussian(mean, fused.clamp(logvar, -6, 2)),
            // The ladder paper: the variance is softplus of a linear output.
            ["softplus"] = (mean, variance) => new Gaussian(mean, fused.log_softplus(variance, TinyVariance)),
            // The IWAE's published code: the linear output is the logarithm of the standard deviation.
            ["exp"] = (mean, logDeviation) => new Gaussian(mean, logDeviation * 2),
        });
}
