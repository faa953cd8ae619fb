using System.Runtime.InteropServices;

namespace VaeSweep.Training.Data;

/// <summary>Draws the noise that spreads a grey value evenly over its width, so that a density of real numbers can be fitted to
/// it.</summary>
/// <remarks>Theis, van den Oord and Bethge 2016, section 3.1; the ladder VAE's code draws it once, when it loads small NORB, and
/// so does this. Noise is one of 256 levels, two hundred times finer than the narrowest standard deviation that a decoder here
/// can have. An image's noise is Philox of the data set's seed, the part and its published row, and depends on no other
/// image.</remarks>
public static class Dequantiser
{
    private const long Stream = 0x6C6576656C73; // "levels"

    /// <summary>[images, dimensions], uniform bytes.</summary>
    public static byte[] Draw(ImageSplit split, long seed)
    {
        ArgumentNullException.ThrowIfNull(split);
        var noise = GC.AllocateUninitializedArray<byte>(split.Pixels.Length);
        var key = RandomStream.Key(Stream, seed);
        const int Width = Philox.Words * sizeof(uint);
        uint[] blocks = [.. Enumerable.Range(0, (split.Dimensions + Width - 1) / Width).Select(block => (uint)block)];
        var words = new uint[blocks.Length * Philox.Words];
        for (var image = 0; image < split.Count; image++)
        {
            Philox.Blocks(key, blocks, (uint)split.Rows[image], (uint)split.Part, 0, words);
            MemoryMarshal.AsBytes(words.AsSpan())[..split.Dimensions].CopyTo(noise.AsSpan(image * split.Dimensions));
        }

        return noise;
    }
}
