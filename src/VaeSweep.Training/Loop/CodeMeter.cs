using VaeSweep.Models;
using VaeSweep.Models.Evaluation;
using VaeSweep.Torch;
using Generator = VaeSweep.Torch.torch.Generator;

namespace VaeSweep.Training;

/// <summary>Measures what latent codes say of images, over a whole split.</summary>
internal static class CodeMeter
{
    // Part of what is drawn, as in BoundMeter.
    private const int BatchSize = 500;

    /// <summary>I(X;Z) of each trial, nats; NaN where the model's posterior does not give it.</summary>
    /// <param name="seeds">Where each trial's noise begins.</param>
    /// <param name="abandon">Asked between pieces of work; true ends the measurement, and the answer is null.</param>
    public static double[]? Information(PackModel model, IImageBatches images, IReadOnlyList<ulong> seeds, Device device, Func<bool> abandon)
    {
        using var information = new MutualInformation();
        var known = true;
        var finished = Over(images, seeds, device, abandon, (x, streams) => known &= information.Add(model, x, streams));
        return !finished ? null : known ? information.Result(abandon) : [.. seeds.Select(_ => double.NaN)];
    }

    /// <summary>Active units of each trial, all layers together, by one of the published definitions.</summary>
    /// <inheritdoc cref="Information"/>
    public static double[]? Active(PackModel model, IImageBatches images, ActiveUnits definition, IReadOnlyList<ulong> seeds, Device device, Func<bool> abandon)
    {
        using var activity = new UnitActivity();
        var finished = Over(images, seeds, device, abandon, (x, streams) => activity.Add(
            definition.FromSamples ? model.PosteriorMeans(x, model.DrawNoise((int)x.size(1), 1, streams)) : model.PosteriorMeans(x)));
        return finished ? [.. Enumerable.Range(0, seeds.Count).Select(trial => (double)definition.Count(activity, trial))] : null;
    }

    private static bool Over(IImageBatches images, IReadOnlyList<ulong> seeds, Device device, Func<bool> abandon, Action<Tensor, IReadOnlyList<Generator>> measure)
    {
        using var noGrad = torch.no_grad();
        Generator[] streams = [.. seeds.Select(seed => new Generator(seed, device))];
        try
        {
            for (var start = 0; start < images.Count; start += BatchSize)
            {
                if (abandon())
                {
                    return false;
                }

                using var scope = torch.NewDisposeScope();
                measure(images.Batch(start, Math.Min(BatchSize, images.Count - start)), streams);
            }

            return true;
        }
        finally
        {
            Array.ForEach(streams, stream => stream.Dispose());
        }
    }
}
