using VaeSweep.Models;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>What models start from in each data set.</summary>
internal static class Hints
{
    public static DataHints Of(Dataset dataset, ModelConfig model)
    {
        var (mean, deviation) = dataset.Facts.PseudoInputs;
        return new DataHints
        {
            PseudoInputMean = mean,
            PseudoInputDeviation = deviation,
            PseudoImages = PriorList.NeedsImages(model) ? Images(dataset, model) : null,
            TrainingMean = model.OutputBias == "training_mean" ? MeanOf(dataset.Train) : null,
        };
    }

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
            sums[i % sums.Length] += pixels[i];

        // Noise is half a grey value on average.
        return Array.ConvertAll(sums,
            sum => (float)(images.Images.Dequantised
                ? ((sum / (double)images.Count) + 0.5) / ImageRows.Values : sum / (255.0 * images.Count)));
    }
}
