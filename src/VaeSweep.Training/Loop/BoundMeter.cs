using VaeSweep.Models;
using VaeSweep.Models.Evaluation;
using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Bounds of one trial over a whole split, nats per image.</summary>
/// <param name="Units">One entry a stochastic layer, data side first; empty when units were not asked for.</param>
internal sealed record SplitBounds(double Elbo, double Recon, double Kl, IReadOnlyList<LayerUnits> Units);

/// <summary>Measures models over whole splits, with noise of its own and without changing them.</summary>
internal static class BoundMeter
{
    // Batch sizes are part of what is drawn: they depend on the metric alone, so that a measurement can be repeated anywhere.
    private const int BoundBatch = 500;
    private const int LikelihoodRows = 40_000;

    /// <summary>One-sample bounds, and activity and KL of every unit.</summary>
    /// <param name="streams">Each trial's; batch after batch is drawn at the steps of <paramref name="epoch"/>.</param>
    /// <param name="abandon">Asked between batches; true ends the measurement, and the answer is null.</param>
    public static IReadOnlyList<SplitBounds>? Bounds(
        PackModel model, IImageBatches images, IReadOnlyList<NoiseStream> streams, int epoch, bool units, Func<bool> abandon)
    {
        using var noGrad = no_grad();
        using var whole = NewDisposeScope();
        using var activity = new UnitActivity();
        var device = model.Parameters[0].Tensor.device;
        var sums = torch.zeros([3, model.Trials], dtype: ScalarType.Float64, device: device);
        var unitKl = model.LatentSizes.Select(size =>
            torch.zeros([model.Trials, size], dtype: ScalarType.Float64, device: device)).ToArray();
        for (var start = 0; start < images.Count; start += BoundBatch)
        {
            if (abandon())
                return null;

            OwnCollections.Offer();
            using var scope = NewDisposeScope();
            var count = Math.Min(BoundBatch, images.Count - start);
            var x = images.Batch(start, count);
            var terms = model.EvaluateBound(x, model.DrawNoise(count, 1, streams.At(epoch, start / BoundBatch)));
            sums.add_(torch.stack([terms.Elbo.sum(dim: 1), terms.Recon.sum(dim: 1), terms.Kl.sum(dim: 1)]));
            if (units)
            {
                activity.Add(model.PosteriorMeans(x));
                for (var layer = 0; layer < unitKl.Length; layer++)
                    _ = terms.KlUnits[layer] is { } kl ? unitKl[layer].add_(kl, count) : unitKl[layer].fill_(double.NaN);
            }
        }

        var totals = sums.Values<double>();
        var kls = unitKl.Select(layer => layer.Values<double>()).ToArray();
        return
        [
            .. Enumerable.Range(0, model.Trials).Select(m => new SplitBounds(
                totals[m] / images.Count, totals[model.Trials + m] / images.Count, totals[(2 * model.Trials) + m] / images.Count,
                units ? [.. model.LatentSizes.Select((size, layer) => Units(layer, size, m))] : [])),
        ];

        LayerUnits Units(int layer, int size, int m) =>
            new(activity.Variance(m, layer), [.. kls[layer].Skip(m * size).Take(size).Select(kl => kl / images.Count)]);
    }

    /// <summary>L_S of each image by importance sampling, one array a trial, nats.</summary>
    /// <inheritdoc cref="Bounds"/>
    public static double[][]? LogLikelihoods(
        PackModel model, IImageBatches images, int samples, IReadOnlyList<NoiseStream> streams, Func<bool> abandon)
    {
        using var noGrad = no_grad();
        using var whole = NewDisposeScope();
        var likelihoods = Array.ConvertAll(new int[model.Trials], _ => new double[images.Count]);
        // About half a second's work on one core, so that a stop is heard soon.
        var batch = Math.Clamp(LikelihoodRows / samples, 10, BoundBatch);
        for (var start = 0; start < images.Count; start += batch)
        {
            if (abandon())
                return null;

            OwnCollections.Offer();
            using var scope = NewDisposeScope();
            var count = Math.Min(batch, images.Count - start);
            var values = model.LogLikelihood(images.Batch(start, count), samples, streams.At(0, start / batch)).Values<double>();
            for (var m = 0; m < likelihoods.Length; m++)
                values.AsSpan(m * count, count).CopyTo(likelihoods[m].AsSpan(start));
        }

        return likelihoods;
    }
}
