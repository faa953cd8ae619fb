using VaeSweep.Models;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Statistics of batch normalisation from one pass over the training images, for models that ask for it
/// (model.batch_norm_statistics).</summary>
internal static class StatisticsPass
{
    public static bool IsWanted(ModelConfig model) => model is { BatchNorm: true, BatchNormStatistics: "full_pass" };

    /// <remarks>It depends on nothing that a pass before it may have left, so an interrupted measurement can repeat it.</remarks>
    public static void Run(PackModel model, IImageBatches images, IReadOnlyList<TrialConfig> trials) =>
        model.RenewStatistics(Batches(images, trials[0].Train.BatchSize),
            [.. trials.Select(trial => TrialStreams.OfStatistics(trial.Seed))]);

    private static IEnumerable<Tensor> Batches(IImageBatches images, int size)
    {
        for (var start = 0; start < images.Count; start += size)
        {
            OwnCollections.Offer();
            using var batch = images.Batch(start, Math.Min(size, images.Count - start));
            yield return batch;
        }
    }
}
