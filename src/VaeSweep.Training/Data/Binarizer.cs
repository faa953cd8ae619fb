using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaeSweep.Training.Data;

/// <summary>Draws binary images from grey ones: each pixel is 255 with probability pixel / 255, else 0.</summary>
/// <remarks>
/// In base 256, p / 255 is 0.ppp...: a uniform number, drawn digit by digit, is below it if its first digit that is not p is smaller.
/// One random byte decides all but one pixel in 256; those are settled by eight more digits. The probability is thus exact to 2^-72, and
/// pixels of 0 and 255 never change. An image's draw depends on seed, part, epoch and its published row, never on other images.
/// </remarks>
public static class Binarizer
{
    private const long Stream = 0x62696E617279; // "binary"
    private const int Width = 32;

    /// <summary>Draws all images of a split.</summary>
    /// <param name="split">Grey images.</param>
    /// <param name="seed">The data set's seed, never the trial's.</param>
    /// <param name="epoch">The epoch of a dynamic draw; null: the one draw of validation, test and static images.</param>
    /// <param name="destination">[images, pixels]; gets 0 and 255.</param>
    public static void Draw(ImageSplit split, long seed, int? epoch, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(split);
        if (destination.Length != split.Pixels.Length)
        {
            throw new ArgumentException($"{split.Pixels.Length} pixels need as many places, not {destination.Length}.", nameof(destination));
        }

        // Epochs are 32 bits wide, so no epoch is the number that stands for "once".
        var key = Xoshiro256.Key(Xoshiro256.Key(Xoshiro256.Key(Stream, seed), (long)split.Part), epoch ?? long.MaxValue);
        for (var i = 0; i < split.Count; i++)
        {
            var random = new Xoshiro256(Xoshiro256.Key(key, split.Rows[i]));
            DrawImage(ref random, split.Image(i), destination.Slice(i * split.Dimensions, split.Dimensions));
        }
    }

    private static void DrawImage(ref Xoshiro256 random, ReadOnlySpan<byte> grey, Span<byte> binary)
    {
        var start = 0;
        for (; start + Width <= grey.Length; start += Width)
        {
            DrawBlock(ref random, grey.Slice(start, Width), binary.Slice(start, Width));
        }

        if (start < grey.Length)
        {
            Span<byte> padded = stackalloc byte[Width];
            padded.Clear();
            grey[start..].CopyTo(padded);
            DrawBlock(ref random, padded, padded);
            padded[..(grey.Length - start)].CopyTo(binary[start..]);
        }
    }

    private static void DrawBlock(ref Xoshiro256 random, ReadOnlySpan<byte> grey, Span<byte> binary)
    {
        var pixels = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(grey));
        var white = Vector256.Equals(pixels, Vector256<byte>.AllBitsSet);
        var settled = white | Vector256.Equals(pixels, Vector256<byte>.Zero);
        if (settled == Vector256<byte>.AllBitsSet)
        {
            pixels.StoreUnsafe(ref MemoryMarshal.GetReference(binary));
            return;
        }

        var digits = Vector256.Create(random.Next(), random.Next(), random.Next(), random.Next()).AsByte();
        var drawn = Vector256.ConditionalSelect(settled, white, Vector256.LessThan(digits, pixels));
        var ties = Vector256.AndNot(Vector256.Equals(digits, pixels), settled).ExtractMostSignificantBits();
        drawn.StoreUnsafe(ref MemoryMarshal.GetReference(binary));
        for (; ties != 0; ties &= ties - 1)
        {
            var at = BitOperations.TrailingZeroCount(ties);
            binary[at] = random.Next() < pixels.GetElement(at) * 0x0101010101010101UL ? byte.MaxValue : (byte)0;
        }
    }
}
