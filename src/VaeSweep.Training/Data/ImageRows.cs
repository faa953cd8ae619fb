namespace VaeSweep.Training.Data;

/// <summary>Images as the model sees them, one after the other: bytes, and where they are dequantised the noise within
/// each.</summary>
/// <param name="Pixels">[images, <paramref name="Dimensions"/>]; p stands for the intensity p / 255.</param>
/// <param name="Dimensions">Pixels of one image.</param>
/// <param name="Noise">As many as pixels, or none. With noise n, p stands for (p + (n + 1/2) / 256) / 256.</param>
public readonly record struct ImageRows(ReadOnlyMemory<byte> Pixels, int Dimensions, ReadOnlyMemory<byte> Noise)
{
    /// <summary>Distinct intensities of dequantised pixels.</summary>
    public const int Levels = Values * Values;

    /// <summary>Of a pixel, and of the noise within it.</summary>
    public const int Values = 256;

    public int Count => Pixels.Length / Dimensions;

    public bool Dequantised => !Noise.IsEmpty;

    /// <summary>The first of them.</summary>
    public ImageRows First(int count) =>
        new(Pixels[..(count * Dimensions)], Dimensions, Dequantised ? Noise[..(count * Dimensions)] : default);

    /// <summary>Intensities of neighbouring images.</summary>
    /// <param name="destination">[count, dimensions].</param>
    public void Convert(int start, int count, Span<float> destination)
    {
        BatchGatherer.Convert(Pixels.Span.Slice(start * Dimensions, count * Dimensions), destination);
        if (Dequantised)
            Dequantise(start * Dimensions, destination);
    }

    /// <summary>Intensities of chosen images.</summary>
    /// <param name="rows">[batch], indices of images; repeats are allowed.</param>
    /// <param name="destination">[batch, dimensions].</param>
    public void Gather(ReadOnlySpan<int> rows, Span<float> destination)
    {
        if (!Dequantised)
        {
            BatchGatherer.Gather(Pixels.Span, Dimensions, rows, destination);
            return;
        }

        for (var i = 0; i < rows.Length; i++)
            Dequantise(rows[i] * Dimensions, destination.Slice(i * Dimensions, Dimensions));
    }

    private void Dequantise(int start, Span<float> destination)
    {
        var pixels = Pixels.Span.Slice(start, destination.Length);
        var noise = Noise.Span.Slice(start, destination.Length);
        for (var i = 0; i < destination.Length; i++)
        {
            // Below 2^17, so exact in single precision.
            destination[i] = ((2 * ((Values * pixels[i]) + noise[i])) + 1) / (2f * Levels);
        }
    }
}
