namespace VaeSweep.Training;

/// <summary>Running sums of an epoch, over images (norms: over steps). Summed on the host, step after step in float64, so that an
/// epoch that was interrupted ends with the same bits as one that was not.</summary>
public readonly record struct EpochSums(
    double Objective, double Elbo, double Recon, double Kl, double GradNorm, long Images, int Steps)
{
    /// <param name="images">Size of the batch that the means were taken over.</param>
    public EpochSums Add(double objective, double elbo, double recon, double kl, double gradNorm, int images) => new(
        Objective + objective * images,
        Elbo + elbo * images,
        Recon + recon * images,
        Kl + kl * images,
        GradNorm + gradNorm,
        Images + images,
        Steps + 1);
}
