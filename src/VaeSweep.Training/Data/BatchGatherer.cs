using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaeSweep.Training.Data;

/// <summary>Turns rows of bytes into the floating-point batch that a model sees.</summary>
public static class BatchGatherer
{
    private const float White = 255f;

    /// <summary>Writes the images <paramref name="rows"/> as intensities in [0, 1].</summary>
    /// <param name="pixels">[images, dimensions].</param>
    /// <param name="dimensions">Pixels of one image.</param>
    /// <param name="rows">[batch], indices of images; repeats are allowed.</param>
    /// <param name="destination">[batch, dimensions]; gets pixel / 255, correctly rounded: 0 gives 0 and 255 gives exactly
    /// 1.</param>
    public static void Gather(ReadOnlySpan<byte> pixels, int dimensions, ReadOnlySpan<int> rows, Span<float> destination)
    {
        if (destination.Length != rows.Length * dimensions)
        {
            throw new ArgumentException(
                $"A batch of {rows.Length} images of {dimensions} pixels needs {rows.Length * dimensions} places, "
                    + $"not {destination.Length}.",
                nameof(destination));
        }

        for (var i = 0; i < rows.Length; i++)
            Convert(pixels.Slice(rows[i] * dimensions, dimensions), destination.Slice(i * dimensions, dimensions));
    }

    /// <summary>Writes pixel / 255 for each pixel.</summary>
    public static void Convert(ReadOnlySpan<byte> pixels, Span<float> destination)
    {
        if (destination.Length != pixels.Length)
        {
            throw new ArgumentException(
                $"{pixels.Length} pixels need as many places, not {destination.Length}.", nameof(destination));
        }

        ref var source = ref MemoryMarshal.GetReference(pixels);
        ref var target = ref MemoryMarshal.GetReference(destination);
        var white = Vector256.Create(White);
        var i = 0;
        for (; i + Vector128<byte>.Count <= pixels.Length; i += Vector128<byte>.Count)
        {
            var (low, high) = Vector256.Widen(
                Vector256.WidenLower(Vector128.LoadUnsafe(ref source, (nuint)i).ToVector256Unsafe()));
            (Vector256.ConvertToSingle(low.AsInt32()) / white).StoreUnsafe(ref Unsafe.Add(ref target, i));
            (Vector256.ConvertToSingle(high.AsInt32()) / white)
                .StoreUnsafe(ref Unsafe.Add(ref target, i + Vector256<float>.Count));
        }

        for (; i < pixels.Length; i++)
            destination[i] = pixels[i] / White;
    }
}
