using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaeSweep.Training.Data;

/// <summary>Draws binary images from grey ones: each pixel is 255 with probability pixel / 255, else 0.</summary>
/// <remarks>
/// In base 256, p / 255 is 0.ppp...: a uniform number, drawn digit by digit, is below it if its first digit that is not p is
/// smaller. One random byte decides all but one pixel in 256; those are settled by eight more digits. The probability is thus
/// exact to 2^-72, and pixels of 0 and 255 never change. A pixel's draw is Philox of seed, part, epoch, published row and place,
/// and depends on no other pixel or image.
/// </remarks>
public static class Binarizer
{
    private const long Stream = 0x62696E617279; // "binary"

    /// <summary>Pixels of a block of random bytes.</summary>
    private const int Width = 16;

    /// <summary>Added to a part's number in the counter's last word: of the one draw, and of the further digits.</summary>
    private const uint Once = 16;
    private const uint Further = 32;

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
            throw new ArgumentException(
                $"{split.Pixels.Length} pixels need as many places, not {destination.Length}.", nameof(destination));
        }

        var draw = new Place(RandomStream.Key(Stream, seed), 0, (uint)(epoch ?? 0), (uint)split.Part
            + (epoch is null ? Once : 0));
        var blocks = Whole((split.Dimensions + Width - 1) / Width);
        var (grey, words) = (new uint[blocks], new uint[blocks * Philox.Words]);
        for (var i = 0; i < split.Count; i++)
        {
            DrawImage(draw with { Row = (uint)split.Rows[i] }, split.Image(i),
                destination.Slice(i * split.Dimensions, split.Dimensions), grey, words);
        }
    }

    /// <summary>Blocks are drawn eight at a time; a few too many cost less than a remainder.</summary>
    private static int Whole(int blocks) => (blocks + 7) & ~7;

    private static void DrawImage(Place place, ReadOnlySpan<byte> pixels, Span<byte> binary, uint[] grey, uint[] words)
    {
        // Most blocks of handwriting are black: numbers are drawn for the others alone.
        pixels.CopyTo(binary);
        var count = 0;
        for (var block = 0; block * Width < pixels.Length; block++)
        {
            grey[count] = (uint)block;
            count += IsSettled(Pixels(pixels, block)) ? 0 : 1;
        }

        Philox.Blocks(place.Key, grey.AsSpan(0, Whole(count)), place.Row, place.Epoch, place.Kind, words);
        var random = MemoryMarshal.AsBytes(words.AsSpan());
        for (var i = 0; i < count; i++)
        {
            var start = (int)grey[i] * Width;
            var drawn = Draw(Pixels(pixels, (int)grey[i]), Vector128.Create(random.Slice(i * Width, Width)), out var ties);
            if (start + Width <= binary.Length)
                drawn.CopyTo(binary[start..]);
            else
                CopyBeginning(drawn, binary[start..]);

            for (; ties != 0; ties &= ties - 1)
            {
                var at = start + BitOperations.TrailingZeroCount(ties);
                binary[at] = Settle(place, at, pixels[at]);
            }
        }
    }

    /// <summary>A block of pixels; black beyond the image's end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Pixels(ReadOnlySpan<byte> pixels, int block) => (block + 1) * Width <= pixels.Length
        ? Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(pixels), (nuint)(block * Width))
        : Padded(pixels, block);

    private static Vector128<byte> Padded(ReadOnlySpan<byte> pixels, int block)
    {
        Span<byte> padded = stackalloc byte[Width];
        padded.Clear();
        pixels[(block * Width)..].CopyTo(padded);
        return Vector128.Create<byte>(padded);
    }

    private static void CopyBeginning(Vector128<byte> drawn, Span<byte> binary)
    {
        Span<byte> whole = stackalloc byte[Width];
        drawn.CopyTo(whole);
        whole[..binary.Length].CopyTo(binary);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSettled(Vector128<byte> pixels) =>
        (Vector128.Equals(pixels, Vector128<byte>.Zero) | Vector128.Equals(pixels, Vector128<byte>.AllBitsSet))
            == Vector128<byte>.AllBitsSet;

    /// <param name="ties">A bit for each pixel whose first digit does not decide.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Draw(Vector128<byte> pixels, Vector128<byte> digits, out uint ties)
    {
        var white = Vector128.Equals(pixels, Vector128<byte>.AllBitsSet);
        var settled = white | Vector128.Equals(pixels, Vector128<byte>.Zero);
        ties = Vector128.AndNot(Vector128.Equals(digits, pixels), settled).ExtractMostSignificantBits();
        return white | Vector128.LessThan(digits, pixels);
    }

    private static byte Settle(Place place, int at, byte pixel)
    {
        var (word0, word1, _, _) = Philox.Block(place.Key, (uint)at, place.Row, place.Epoch, place.Kind + Further);
        return (word0 | ((ulong)word1 << 32)) < pixel * 0x0101010101010101UL ? byte.MaxValue : (byte)0;
    }

    private readonly record struct Place(ulong Key, uint Row, uint Epoch, uint Kind);
}
