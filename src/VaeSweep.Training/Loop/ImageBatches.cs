using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>Images in their own order, in batches for a whole pack: what measurements run over.</summary>
internal sealed class ImageBatches(ImageRows images, int trials, Device device) : IImageBatches, IDisposable
{
    // On a GPU the images stay there; a processor converts each batch as it comes, which is cheaper than to keep the whole.
    private readonly Tensor? _resident = StayOn(device) ? Resident(images, device) : null;

    public int Count { get; } = images.Count;

    /// <inheritdoc/>
    public Tensor Batch(int start, int count)
    {
        if (_resident is not null)
            return Spread(_resident.narrow(0, start, count).unsqueeze(0));

        var batch = torch.empty([1, count, images.Dimensions], ScalarType.Float32, CPU);
        images.Convert(start, count, batch.Span<float>());
        return Spread(batch);
    }

    public void Dispose() => _resident?.Dispose();

    /// <summary>Whether images are put on the device once and taken from there.</summary>
    public static bool StayOn(Device device) => device.type == DeviceType.CUDA || !TorchRuntime.OwnKernels;

    /// <summary>All images as intensities on a GPU, [images, D].</summary>
    public static Tensor Resident(ImageRows images, Device device)
    {
        using var scope = NewDisposeScope();
        var bytes = images.Pixels.Span.ToTensor([images.Count, images.Dimensions], ScalarType.Byte, device);
        if (images.Dequantised)
        {
            var noise = images.Noise.Span.ToTensor([images.Count, images.Dimensions], ScalarType.Byte, device);
            return (((bytes.to(ScalarType.Float32) * ImageRows.Values) + noise.to(ScalarType.Float32) + 0.5) / ImageRows.Levels)
                .DetachFromDisposeScope();
        }

        // By a tensor, not by a number: libtorch multiplies by a number's reciprocal, which rounds otherwise than the processor's
        // division.
        var white = torch.full([1], 255, dtype: ScalarType.Float32, device: device);
        return bytes.to(ScalarType.Float32).div(white).DetachFromDisposeScope();
    }

    private Tensor Spread(Tensor batch) => trials == 1 ? batch : batch.expand(trials, -1, -1).contiguous();
}
