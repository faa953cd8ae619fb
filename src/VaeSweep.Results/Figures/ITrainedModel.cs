namespace VaeSweep.Results.Figures;

/// <summary>A trained model over plain row-major arrays. Images are rows of intensities from 0 to 1, codes rows of
/// numbers.</summary>
public interface ITrainedModel : IDisposable
{
    int ImageWidth { get; }

    int ImageHeight { get; }

    /// <summary>Units of each stochastic layer, data side first.</summary>
    IReadOnlyList<int> LatentSizes { get; }

    /// <summary>Samples of the log-likelihood that the trial asked for.</summary>
    int ImportanceSamples { get; }

    /// <summary>The first test images as the model was measured on them, fewer where there are fewer.</summary>
    TestImages Images(int count);

    /// <summary>Posterior means of every layer: [images, units], data side first.</summary>
    IReadOnlyList<float[]> Encode(float[] images);

    /// <summary>One draw from the posterior an image, of every layer: [images, units], data side first, each layer given the
    /// draws of those it is inferred from. Equal seeds draw alike.</summary>
    IReadOnlyList<float[]> EncodeSamples(float[] images, long seed);

    /// <summary>Mean images [rows, pixels] of codes of every layer, data side first.</summary>
    float[] Decode(IReadOnlyList<float[]> codes);

    /// <summary>Codes drawn from the prior: [count, units] of every layer. Equal seeds draw alike.</summary>
    IReadOnlyList<float[]> SampleCodes(int count, long seed);

    /// <summary>Pseudo-inputs of a VampPrior, [count, pixels]; null where the prior has none.</summary>
    float[]? PseudoInputs();

    /// <summary>Importance-sampled log-likelihood of each image, nats.</summary>
    double[] LogLikelihoods(float[] images, int samples, long seed);
}
