using VaeSweep.Models;
using VaeSweep.Models.Evaluation;

namespace VaeSweep.Training;

/// <summary>Measures what latent codes say of images, over a whole split.</summary>
internal static class CodeMeter
{
    // Part of what is drawn, as in BoundMeter.
    private const int BatchSize = 500;

    /// <summary>I(X;Z) of each trial, nats; NaN where the model's posterior does not give it.</summary>
    /// <param name="streams">Each trial's; batch after batch is drawn at the steps of epoch 0.</param>
    /// <param name="abandon">Asked between pieces of work; true ends the measurement, and the answer is null.</param>
    public static double[]? Information(
        PackModel model, IImageBatches images, IReadOnlyList<NoiseStream> streams, Func<bool> abandon)
    {
        using var information = new MutualInformation();
        var known = true;
        var finished = Over(images, streams, abandon, (x, batch) => known &= information.Add(model, x, batch));
        return !finished ? null : known ? information.Result(abandon) : [.. streams.Select(_ => double.NaN)];
    }

    /// <summary>Active units of each trial, all layers together, by one of the published definitions.</summary>
    /// <inheritdoc cref="Information"/>
    public static double[]? Active(
        PackModel model, IImageBatches images, ActiveUnits definition, IReadOnlyList<NoiseStream> streams, Func<bool> abandon)
    {
        using var activity = new UnitActivity();
        var finished = Over(images, streams, abandon, (x, batch) => activity.Add(
            definition.FromSamples ? model.PosteriorMeans(x, model.DrawNoise((int)x.size(1), 1, batch))
                : model.PosteriorMeans(x)));
        return finished ? [.. Enumerable.Range(0, streams.Count).Select(trial => (double)definition.Count(activity, trial))]
            : null;
    }

    private static bool Over(IImageBatches images, IReadOnlyList<NoiseStream> streams, Func<bool> abandon,
        Action<Tensor, IReadOnlyList<NoiseStream>> measure)
    {
        using var noGrad = no_grad();
        for (var start = 0; start < images.Count; start += BatchSize)
        {
            if (abandon())
                return false;

            OwnCollections.Offer();
            using var scope = NewDisposeScope();
            measure(images.Batch(start, Math.Min(BatchSize, images.Count - start)), streams.At(0, start / BatchSize));
        }

        return true;
    }
}
