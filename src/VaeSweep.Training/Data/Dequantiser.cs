using System.Buffers.Binary;

namespace VaeSweep.Training.Data;

/// <summary>Draws the noise that spreads a grey value evenly over its width, so that a density of real numbers can be fitted to it.</summary>
/// <remarks>Theis, van den Oord and Bethge 2016, section 3.1; the ladder VAE's code draws it once, when it loads small NORB, and so does this. Noise is one of 256
/// levels, two hundred times finer than the narrowest standard deviation that a decoder here can have. An image's noise depends on the data set's seed, the part and
/// its published row, never on other images.</remarks>
public static class Dequantiser
{
    private const long Stream = 0x6E6F697365; // "noise"

    /// <summary>[images, dimensions], uniform bytes.</summary>
    public static byte[] Draw(ImageSplit split, long seed)
    {
        ArgumentNullException.ThrowIfNull(split);
        var noise = GC.AllocateUninitializedArray<byte>(split.Pixels.Length);
        var key = Xoshiro256.Key(Xoshiro256.Key(Stream, seed), (long)split.Part);
        for (var image = 0; image < split.Count; image++)
        {
            var random = new Xoshiro256(Xoshiro256.Key(key, split.Rows[image]));
            var values = noise.AsSpan(image * split.Dimensions, split.Dimensions);
            for (; values.Length >= sizeof(ulong); values = values[sizeof(ulong)..])
            {
                BinaryPrimitives.WriteUInt64LittleEndian(values, random.Next());
            }

            var last = random.Next();
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (byte)(last >> (8 * i));
            }
        }

        return noise;
    }
}
