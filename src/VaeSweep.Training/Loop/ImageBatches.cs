using VaeSweep.Torch;
using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>Images in their own order, in batches for a whole pack: what measurements run over.</summary>
/// <param name="pixels">[images, dimensions].</param>
internal sealed class ImageBatches(ReadOnlyMemory<byte> pixels, int dimensions, int trials, Device device) : IImageBatches, IDisposable
{
    // On a GPU the images stay there; a processor converts each batch as it comes, which is cheaper than to keep the whole.
    private readonly Tensor? _resident = StayOn(device) ? Resident(pixels.Span, dimensions, device) : null;

    public int Count { get; } = pixels.Length / dimensions;

    /// <inheritdoc/>
    public Tensor Batch(int start, int count)
    {
        if (_resident is not null)
        {
            return Spread(_resident.narrow(0, start, count).unsqueeze(0));
        }

        var batch = torch.empty([1, count, dimensions]);
        BatchGatherer.Convert(pixels.Span.Slice(start * dimensions, count * dimensions), batch.AsSpan<float>());
        return Spread(batch);
    }

    public void Dispose() => _resident?.Dispose();

    /// <summary>Whether images are put on the device once and taken from there.</summary>
    public static bool StayOn(Device device) => device.Type == DeviceType.CUDA || !TorchRuntime.OwnKernels;

    /// <summary>All images as intensities on a GPU, [images, D].</summary>
    public static Tensor Resident(ReadOnlySpan<byte> pixels, int dimensions, Device device)
    {
        using var scope = torch.NewDisposeScope();
        var bytes = torch.tensor(pixels, [pixels.Length / dimensions, dimensions], device);
        // By a tensor, not by a number: libtorch multiplies by a number's reciprocal, which rounds otherwise than the processor's division.
        var white = torch.full([1], 255, ScalarType.Float32, device);
        return scope.Detach(bytes.to(ScalarType.Float32).div(white));
    }

    private Tensor Spread(Tensor batch) => trials == 1 ? batch : batch.expand(trials, -1, -1).contiguous();
}
