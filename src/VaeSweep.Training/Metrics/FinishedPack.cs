using VaeSweep.Models;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Metrics;

/// <summary>Finished models and their images, as metrics see them. What several metrics need is computed once.</summary>
/// <param name="abandoned">Asked between pieces of work; true when every trial was told to stop.</param>
internal sealed class FinishedPack(
    PackModel model, IReadOnlyList<Lane> lanes, Dataset dataset, EpochImages epochImages, Device device, Func<bool> abandoned)
{
    private readonly Dictionary<SplitKind, IReadOnlyList<SplitBounds>> _bounds = [];
    private readonly Dictionary<(SplitKind Split, int Samples), double[][]> _likelihoods = [];

    public PackModel Model => model;

    public Dataset Dataset => dataset;

    public IEnumerable<TrialProgress> Progress => lanes.Select(lane => lane.Progress);

    public Func<bool> Abandoned => abandoned;

    /// <summary>The log-likelihoods that were measured: of each trial those of each image.</summary>
    public IReadOnlyDictionary<(SplitKind Split, int Samples), double[][]> MeasuredLikelihoods => _likelihoods;

    /// <summary>The images of a part, those for training as the last epoch saw them.</summary>
    public ImageRows Images(SplitKind split) => split switch
    {
        SplitKind.Train => epochImages.Images(lanes[0].Progress.Epochs),
        SplitKind.Valid => dataset.Valid!.Images,
        _ => dataset.Test.Images,
    };

    /// <summary>The training images, binarised as no epoch saw them.</summary>
    public ImageRows NewTrainingImages() => epochImages.Images(lanes[0].Progress.Epochs + 1);

    public ImageBatches Batches(ImageRows images) => new(images, lanes.Count, device);

    /// <summary>Noise of each trial that nothing but this measurement draws.</summary>
    public NoiseStream[] Streams(SplitKind split, int samples = 0) =>
        [.. lanes.Select(lane => TrialStreams.OfFinal(lane.Config.Seed, split, samples))];

    /// <summary>One-sample bounds of each trial; null when abandoned.</summary>
    public IReadOnlyList<SplitBounds>? Bounds(SplitKind split)
    {
        if (!_bounds.TryGetValue(split, out var bounds))
        {
            using var images = Batches(Images(split));
            bounds = BoundMeter.Bounds(model, images, Streams(split), epoch: 0, units: split == SplitKind.Test, abandoned);
            if (bounds is null)
                return null;

            _bounds.Add(split, bounds);
        }

        return bounds;
    }

    /// <summary>Importance-sampled log-likelihoods of each trial and image, nats; null when abandoned.</summary>
    public double[][]? Likelihoods(SplitKind split, int samples)
    {
        var key = (split, samples);
        if (!_likelihoods.TryGetValue(key, out var found))
        {
            using var images = Batches(Images(split));
            found = BoundMeter.LogLikelihoods(model, images, samples, Streams(split, samples), abandoned);
            if (found is null)
                return null;

            _likelihoods.Add(key, found);
        }

        return found;
    }
}
