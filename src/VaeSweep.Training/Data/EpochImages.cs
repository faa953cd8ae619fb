namespace VaeSweep.Training.Data;

/// <summary>The training images as one epoch sees them. Owns one buffer, used again by every epoch; one user at a time.</summary>
/// <remarks>A draw depends on the data set's seed and the epoch alone, so all trials of a pack share it.</remarks>
public sealed class EpochImages
{
    private readonly Dataset _dataset;
    private readonly byte[] _buffer;
    private int? _epoch;

    public EpochImages(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        _dataset = dataset;
        _buffer = dataset.Binarization == Binarization.Dynamic
            ? GC.AllocateUninitializedArray<byte>(dataset.Train.Pixels.Length) : [];
    }

    /// <summary>The training images as the model sees them, valid until the next call with another epoch.</summary>
    public ImageRows Images(int epoch) => _dataset.Binarization == Binarization.Dynamic
        ? new(Pixels(epoch), _dataset.Dimensions, default) : _dataset.Train.Images;

    /// <summary>[training images, pixels], valid until the next call with another epoch.</summary>
    public ReadOnlyMemory<byte> Pixels(int epoch)
    {
        if (_dataset.Binarization != Binarization.Dynamic)
            return _dataset.Train.Pixels;

        if (_epoch != epoch)
        {
            _epoch = null;
            Binarizer.Draw(_dataset.Train, _dataset.Seed, epoch, _buffer);
            _epoch = epoch;
        }

        return _buffer;
    }
}
