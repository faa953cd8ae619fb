using VaeSweep.Results.Figures;

namespace VaeSweep.Results.Tests.Figures;

/// <summary>A "model" that can be computed by hand: images of 6 by 6 with three classes, one code unit a column of the image,
/// every further layer zero.</summary>
internal sealed class MadeUpModel(IReadOnlyList<int> latentSizes) : ITrainedModel, ITrainedModels
{
    public const int Side = 6;
    public const int Classes = 3;
    public const int Count = 30;
    public const int PseudoInputCount = 7;

    public int ImageWidth => Side;
    public int ImageHeight => Side;
    public IReadOnlyList<int> LatentSizes => latentSizes;
    public int ImportanceSamples => 1;

    public Task<ITrainedModel> OpenAsync(FigureTrial trial, CancellationToken cancellationToken) =>
        Task.FromResult<ITrainedModel>(this);

    /// <summary>Class c has its columns 2c and 2c + 1 filled from below, the further along the set the higher.</summary>
    public TestImages Images(int count)
    {
        var n = Math.Min(count, Count);
        var pixels = new float[n * Side * Side];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (image, row, column) = (i / (Side * Side), i / Side % Side, i % Side);
            pixels[i] = column / 2 == image % Classes && Side - row <= 1 + (image / Classes % Side) ? 1 : 0;
        }

        return new TestImages("blocks", n, pixels, [.. Enumerable.Range(0, n).Select(i => i % Classes)]);
    }

    public IReadOnlyList<float[]> Encode(float[] images) =>
        [.. latentSizes.Select((units, layer) =>
            ModelCodes(images.Length / (Side * Side), units, (image, unit) => layer > 0 ? 0 : Column(images, image, unit)))];

    /// <summary>A posterior without variance.</summary>
    public IReadOnlyList<float[]> EncodeSamples(float[] images, long seed) => Encode(images);

    public float[] Decode(IReadOnlyList<float[]> codes)
    {
        var rows = codes[0].Length / latentSizes[0];
        return ModelCodes(rows, Side * Side, (row, pixel) => pixel % Side < latentSizes[0]
            ? Math.Clamp(codes[0][(row * latentSizes[0]) + (pixel % Side)], 0, 1) : 0);
    }

    public IReadOnlyList<float[]> SampleCodes(int count, long seed)
    {
        var random = new Random((int)seed);
        return [.. latentSizes.Select(units => ModelCodes(count, units, (_, _) => random.NextSingle()))];
    }

    public float[]? PseudoInputs() =>
        ModelCodes(PseudoInputCount, Side * Side, (row, pixel) => pixel % PseudoInputCount == row ? 0.25f : 0);

    public double[] LogLikelihoods(float[] images, int samples, long seed) =>
        throw new InvalidOperationException("No figure computes log-likelihoods anew.");

    public void Dispose()
    {
    }

    private static float Column(float[] images, int image, int column) =>
        column < Side ? Enumerable.Range(0, Side).Sum(row => images[(image * Side * Side) + (row * Side) + column]) / Side : 0;

    private static float[] ModelCodes(int rows, int width, Func<int, int, float> value) =>
        [.. Enumerable.Range(0, rows * width).Select(i => value(i / width, i % width))];
}
