namespace VaeSweep.Models.Posteriors;

/// <summary>What the two linear outputs of an encoder are passed through.</summary>
internal static class EncoderHeadKinds
{
    public static Registry<Func<Tensor, Tensor, Gaussian>> Registry { get; } = new("encoder head",
        new Dictionary<string, Func<Tensor, Tensor, Gaussian>>
        {
            ["linear"] = (mean, logvar) => new Gaussian(mean, logvar),
            // Bettencourt and Craddock section 2.3.1 read literally: means within (0, 1), variances within [1/e, e].
            ["report"] = (mean, logvar) => new Gaussian(mean.sigmoid(), logvar.tanh()),
        });
}
