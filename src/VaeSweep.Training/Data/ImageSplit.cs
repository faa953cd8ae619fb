using System.Runtime.InteropServices;

namespace VaeSweep.Training.Data;

/// <summary>Images of one part of a data set. Immutable; safe to read from many threads.</summary>
public sealed class ImageSplit
{
    /// <param name="part">The published part that the images come from.</param>
    /// <param name="pixels">[images, dimensions], row-major; p stands for the intensity p / 255.</param>
    /// <param name="dimensions">Pixels of one image.</param>
    /// <param name="labels">[images], or null where there are none.</param>
    /// <param name="rows">[images], the place of each image in the published part; null: 0, 1, 2, ...</param>
    /// <param name="factors">What the images were made from, or null.</param>
    /// <param name="noise">Within each pixel, where images are dequantised; else empty.</param>
    public ImageSplit(
        SplitKind part,
        ReadOnlyMemory<byte> pixels,
        int dimensions,
        int[]? labels = null,
        int[]? rows = null,
        FactorTable? factors = null,
        ReadOnlyMemory<byte> noise = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        if (pixels.Length % dimensions != 0)
        {
            throw new ArgumentException(
                $"{pixels.Length} pixels are not a whole number of images of {dimensions} pixels.", nameof(pixels));
        }

        Part = part;
        Pixels = pixels;
        Dimensions = dimensions;
        Count = pixels.Length / dimensions;
        Labels = labels;
        Rows = rows ?? [.. Enumerable.Range(0, Count)];
        Factors = factors;
        Noise = noise;
        if (!noise.IsEmpty && noise.Length != pixels.Length)
            throw new ArgumentException($"{pixels.Length} pixels have noise for {noise.Length}.", nameof(noise));

        if ((labels is not null && labels.Length != Count) || Rows.Length != Count
            || (factors is not null && factors.Count != Count))
        {
            throw new ArgumentException(
                $"{Count} images have {labels?.Length} labels, {Rows.Length} rows and factors of {factors?.Count} images.",
                nameof(pixels));
        }
    }

    /// <summary>The published part that the images come from; validation images cut off a training file say Train.</summary>
    public SplitKind Part { get; }

    /// <summary>[<see cref="Count"/>, <see cref="Dimensions"/>], row-major; p stands for the intensity p / 255.
    /// Binary images hold 0 and 255 only.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>As many as <see cref="Pixels"/> where images are dequantised, else none.</summary>
    public ReadOnlyMemory<byte> Noise { get; }

    /// <summary>The images as the model sees them.</summary>
    public ImageRows Images => new(Pixels, Dimensions, Noise);

    /// <summary>Pixels of one image.</summary>
    public int Dimensions { get; }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>[<see cref="Count"/>], or null where the data set has none.</summary>
    public int[]? Labels { get; }

    /// <summary>[<see cref="Count"/>], the place of each image in the published part. Binarisation draws by it, so a subset sees
    /// the same binary images as the whole.</summary>
    public int[] Rows { get; }

    /// <summary>What the images were made from; null for photographs and handwriting.</summary>
    public FactorTable? Factors { get; }

    /// <summary>[<see cref="Dimensions"/>], one image.</summary>
    public ReadOnlySpan<byte> Image(int index) => Pixels.Span.Slice(index * Dimensions, Dimensions);

    /// <summary>Neighbouring images, without a copy of their pixels.</summary>
    public ImageSplit Slice(int start, int count)
    {
        if (start == 0 && count == Count)
            return this;

        int[] chosen = [.. Enumerable.Range(start, count)];
        return new ImageSplit(
            Part, Pixels.Slice(start * Dimensions, count * Dimensions), Dimensions, Labels?[start..(start + count)],
            Rows[start..(start + count)], Factors?.Select(chosen), Noise.IsEmpty
                ? default : Noise.Slice(start * Dimensions, count * Dimensions));
    }

    /// <summary>The same images in memory of their own, if they are less than half of what they were cut from; else
    /// this.</summary>
    public ImageSplit Alone() => MemoryMarshal.TryGetArray(Pixels, out var whole) && Pixels.Length < whole.Array!.Length / 2
        ? Select([.. Enumerable.Range(0, Count)])
        : this;

    /// <summary>Some images, in the order given.</summary>
    public ImageSplit Select(ReadOnlySpan<int> images)
    {
        var pixels = new byte[images.Length * Dimensions];
        var labels = Labels is null ? null : new int[images.Length];
        var rows = new int[images.Length];
        var noise = Noise.IsEmpty ? [] : new byte[pixels.Length];
        for (var i = 0; i < images.Length; i++)
        {
            Image(images[i]).CopyTo(pixels.AsSpan(i * Dimensions));
            rows[i] = Rows[images[i]];
            if (noise.Length > 0)
                Noise.Slice(images[i] * Dimensions, Dimensions).CopyTo(noise.AsMemory(i * Dimensions));

            if (labels is not null)
                labels[i] = Labels![images[i]];
        }

        return new ImageSplit(Part, pixels, Dimensions, labels, rows, Factors?.Select(images), noise);
    }

    /// <summary>The same images with other pixels.</summary>
    public ImageSplit WithPixels(ReadOnlyMemory<byte> pixels) => new(Part, pixels, Dimensions, Labels, Rows, Factors);

    /// <summary>The same images, dequantised.</summary>
    public ImageSplit WithNoise(ReadOnlyMemory<byte> noise) => new(Part, Pixels, Dimensions, Labels, Rows, Factors, noise);
}
