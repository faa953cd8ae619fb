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
            "mnist" or "binarized-mnist" or "omniglot" => (0.05, 0.01),
            "caltech101-silhouettes" or "frey-faces" => (0.5, 0.02),
            _ => (0.4, 0.05),
        };
        return new DataHints { PseudoInputMean = mean, PseudoInputDeviation = deviation, PseudoImages = Images(dataset, model) };
    }

    private static float[]? Images(Dataset dataset, ModelConfig model)
    {
        if (model.Prior != "vampprior_data")
        {
            return null;
        }

        var count = Math.Min(model.PseudoInputs, dataset.Train.Count);
        var images = new float[count * dataset.Dimensions];
        BatchGatherer.Convert(dataset.Train.Pixels.Span[..images.Length], images);
        return images;
    }
}
