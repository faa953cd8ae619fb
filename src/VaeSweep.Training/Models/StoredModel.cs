using VaeSweep.Models;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>A trained model, opened from the file that its trial left: what figures and further analysis compute with.</summary>
/// <remarks>Everything goes in and out as plain row-major arrays; images are intensities in [0, 1]. Nothing here changes the
/// model. Large inputs are computed in batches, so memory is bounded by their own size. For one thread at a time.</remarks>
public sealed class StoredModel : IDisposable
{
    private const int BatchSize = 500;

    private readonly PackModel _model;
    private readonly Device _device;

    private StoredModel(string folder, TrialConfig config, PackModel model, DatasetFacts images, Device device)
    {
        Folder = folder;
        (Config, _model, _device) = (config, model, device);
        (Height, Width) = (images.Height, images.Width);
    }

    /// <summary>That it was opened from.</summary>
    public string Folder { get; }

    /// <summary>The trial's configuration.</summary>
    public TrialConfig Config { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>D, values of one image, row by row.</summary>
    public int Pixels => Height * Width;

    /// <summary>Z of each stochastic layer, data side first.</summary>
    public IReadOnlyList<int> LatentSizes => _model.LatentSizes;

    /// <summary>Opens a finished model (model.safetensors) or a checkpoint (.vsckpt), on the processor.</summary>
    /// <param name="config">Of the trial; a finished model names its own, so null will do there.</param>
    /// <exception cref="CheckpointException">The file cannot be read, belongs to another configuration or does not fit the
    /// model.</exception>
    /// <exception cref="TorchLibraryException">libtorch is missing.</exception>
    public static StoredModel Open(string path, TrialConfig? config = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        TorchRuntime.Load();
        var (tensors, own) = ModelFile.Read(path, config);
        return Build(path, tensors, own, CPU);
    }

    /// <summary>q of every stochastic layer, data side first; where a layer is inferred from another's sample, given that one's
    /// mean.</summary>
    /// <param name="images">[images, D].</param>
    public IReadOnlyList<LayerPosterior> Encode(ReadOnlySpan<float> images)
    {
        var count = Count(images.Length, Pixels, nameof(images));
        var layers = LatentSizes.Select(size => new LayerPosterior(size, new float[count * size], new float[count * size]))
            .ToArray();
        for (var start = 0; start < count; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(BatchSize, count - start);
            var found = _model.Posteriors(Rows(images, start, rows, Pixels));
            for (var layer = 0; layer < layers.Length; layer++)
            {
                Take(found[layer].Mean, layers[layer].Means, start * layers[layer].Units);
                Take(found[layer].LogVar, layers[layer].LogVars, start * layers[layer].Units);
            }
        }

        return layers;
    }

    /// <summary>One draw from q(z|x) an image: each layer's samples, [images, Z], data side first, every layer given the samples
    /// of those it is inferred from.</summary>
    /// <param name="images">[images, D].</param>
    /// <param name="seed">Equal seeds draw alike.</param>
    public IReadOnlyList<float[]> EncodeSamples(ReadOnlySpan<float> images, ulong seed)
    {
        var count = Count(images.Length, Pixels, nameof(images));
        var layers = LatentSizes.Select(size => new float[count * size]).ToArray();
        var stream = new NoiseStream(seed);
        for (var start = 0; start < count; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(BatchSize, count - start);
            var drawn = _model.PosteriorSamples(
                Rows(images, start, rows, Pixels), _model.DrawNoise(rows, 1, [stream.At(0, start / BatchSize)]));
            for (var layer = 0; layer < layers.Length; layer++)
                Take(drawn[layer], layers[layer], start * LatentSizes[layer]);
        }

        return layers;
    }

    /// <summary>Mean images E[x|z], [rows, D].</summary>
    /// <param name="z">[rows, Z] of each stochastic layer, data side first; layers that images do not depend on directly (all but
    /// the first, in every family but hvae) may be left out.</param>
    public float[] Decode(params IReadOnlyList<float[]> z)
    {
        ArgumentNullException.ThrowIfNull(z);
        var needed = Config.Model.Family == "hvae" ? LatentSizes.Count : 1;
        if (z.Count < needed || z.Count > LatentSizes.Count)
        {
            throw new ArgumentException(
                $"latents of {z.Count} layers were given; this model decodes from {needed} of its {LatentSizes.Count}.",
                nameof(z));
        }

        var count = Count(z[0].Length, LatentSizes[0], nameof(z));
        for (var layer = 1; layer < z.Count; layer++)
        {
            if (z[layer].Length != (long)count * LatentSizes[layer])
            {
                throw new ArgumentException(
                    $"layer {layer + 1} has {z[layer].Length} values; {count} rows of {LatentSizes[layer]} are needed, as many "
                        + "rows as layer 1 has.", nameof(z));
            }
        }

        var images = new float[count * Pixels];
        for (var start = 0; start < count; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(BatchSize, count - start);
            Take(_model.Decode([.. z.Select((values, layer) => Rows(values, start, rows, LatentSizes[layer]))]), images,
                start * Pixels);
        }

        return images;
    }

    /// <summary>Mean images of latents that are drawn from the prior, from the top layer downwards, [count, D].</summary>
    /// <param name="seed">Equal seeds draw alike.</param>
    public float[] Sample(int count, ulong seed) => Decode(SampleLatents(count, seed));

    /// <summary>Latents drawn from the prior, from the top layer downwards: [count, Z] of each stochastic layer, data side
    /// first.</summary>
    public IReadOnlyList<float[]> SampleLatents(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var stream = new NoiseStream(seed);
        using var scope = NewDisposeScope();
        return [.. _model.SampleLatents(count, [stream]).Select(z => z.Values<float>())];
    }

    /// <summary>Pseudo-inputs of a VampPrior as the encoder sees them, [C, D]; null where the prior has none.</summary>
    public float[]? PseudoInputs()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var found = _model.Parameters.Concat(_model.Buffers).Where(tensor => tensor.Name == "prior.pseudo_inputs").ToArray();
        return found.Length == 0 ? null : found[0].Tensor.clamp(0, 1).Values<float>();
    }

    /// <summary>Importance-sampled log-likelihood L_S of each image, nats.</summary>
    /// <param name="images">[images, D].</param>
    /// <param name="samples">S.</param>
    /// <param name="seed">Equal seeds draw alike.</param>
    public double[] LogLikelihoods(ReadOnlyMemory<float> images, int samples, ulong seed)
    {
        var batches = new FloatBatches(this, images, Count(images.Length, Pixels, nameof(images)));
        return BoundMeter.LogLikelihoods(_model, batches, samples, [new NoiseStream(seed)], abandon: () => false)![0];
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static StoredModel Build(string path, IReadOnlyList<HostTensor> tensors, TrialConfig config, Device device)
    {
        var images = config.Dataset.Own ?? DatasetCatalog.Default.Find(config.Dataset.Name).Facts;
        var pixels = images.Pixels;
        // Everything that starts from data is overwritten by what was saved; only its size must be right.
        var hints = new DataHints
        {
            PseudoImages = PriorList.NeedsImages(config.Model) ? new float[config.Model.PseudoInputs * pixels] : null,
            TrainingMean = new float[pixels],
        };
        var model = PackModel.Create(config.Model, config.Objective, pixels, [0], device, ScalarType.Float32, hints);
        try
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var saved = new SavedTensors(tensors);
            foreach (var (name, tensor) in model.Parameters.Concat(model.Buffers))
                saved.Fill(name, tensor, lane: 0);

            return new StoredModel(Path.GetDirectoryName(Path.GetFullPath(path))!, config, model, images, device);
        }
        catch (CheckpointException misfit)
        {
            model.Dispose();
            throw new CheckpointException($"{path} does not fit its configuration: {misfit.Message}", misfit);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private Tensor Rows(ReadOnlySpan<float> values, int start, int rows, int width) =>
        values.Slice(start * width, rows * width).ToTensor([1, rows, width], ScalarType.Float32, _device);

    private static void Take(Tensor rows, float[] target, int at) => rows.Values<float>().CopyTo(target.AsSpan(at));

    private static int Count(int values, int width, string name) => values % width == 0
        ? values / width
        : throw new ArgumentException($"{values} values are not a whole number of rows of {width}.", name);

    private sealed class FloatBatches(StoredModel owner, ReadOnlyMemory<float> images, int count) : IImageBatches
    {
        public int Count => count;

        public Tensor Batch(int start, int rows) => owner.Rows(images.Span, start, rows, owner.Pixels);
    }
}
