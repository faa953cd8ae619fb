using VaeSweep.Models;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>What models start from in each data set.</summary>
internal static class Hints
{
    /// <remarks>Where learnt pseudo-inputs start: as the code of Tomczak and Welling 2018.</remarks>
    public static DataHints Of(Dataset dataset, ModelConfig model)
    {
        var (mean, deviation) = dataset.Name switch
        {
            "mnist" or "binarized-mnist" or "binarized-mnist-joined" or "omniglot" or "omniglot-chardata" => (0.05, 0.01),
            "caltech101-silhouettes" or "frey-faces" => (0.5, 0.02),
            _ => (0.4, 0.05),
        };
        return new DataHints
        {
            PseudoInputMean = mean,
            PseudoInputDeviation = deviation,
            PseudoImages = NeedsImages(model) ? Images(dataset, model) : null,
            TrainingMean = model.OutputBias == "training_mean" ? MeanOf(dataset.Train) : null,
        };
    }

    /// <summary>Whether pseudo-inputs are training images or start from them.</summary>
    public static bool NeedsImages(ModelConfig model) => model is { Prior: "vampprior_data" } or { Prior: "vampprior", PseudoInit: "data" };

    private static float[] Images(Dataset dataset, ModelConfig model)
    {
        var count = Math.Min(model.PseudoInputs, dataset.Train.Count);
        var images = new float[count * dataset.Dimensions];
        dataset.Train.Images.Convert(0, count, images);
        return images;
    }

    private static float[] MeanOf(ImageSplit images)
    {
        var sums = new long[images.Dimensions];
        var pixels = images.Pixels.Span;
        for (var i = 0; i < pixels.Length; i++)
        {
            sums[i % sums.Length] += pixels[i];
        }

        // Noise is half a grey value on average.
        return Array.ConvertAll(sums, sum => (float)(images.Images.Dequantised ? ((sum / (double)images.Count) + 0.5) / ImageRows.Values : sum / (255.0 * images.Count)));
    }
}
