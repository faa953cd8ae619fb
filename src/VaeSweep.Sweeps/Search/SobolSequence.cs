using System.Globalization;
using System.Numerics;

namespace VaeSweep.Sweeps.Search;

/// <summary>Sobol's sequence with the directions of Joe and Kuo (2008). Any point can be asked for by itself.</summary>
public static class SobolSequence
{
    /// <summary>Dimensions with directions of their own.</summary>
    public const int MostDimensions = 64;

    private const int Bits = 32;
    private const double OneStep = 1.0 / (1L << Bits);
    private static readonly Lazy<uint[][]> _directions = new(ReadDirections);

    /// <summary>A coordinate of a point, as a part of 2^32.</summary>
    /// <param name="index">From 0, which is the origin.</param>
    public static uint At(uint index, int dimension)
    {
        var directions = _directions.Value[dimension];
        var x = 0u;
        for (var gray = index ^ (index >> 1); gray != 0; gray &= gray - 1)
            x ^= directions[BitOperations.TrailingZeroCount(gray)];
        return x;
    }

    /// <summary>A coordinate in [0, 1) after Owen's scrambling, by a hash instead of stored permutations (Laine and Karras 2011,
    /// Burley 2020). Of dimensions beyond <see cref="MostDimensions"/> it is merely random.</summary>
    public static double Scrambled(uint index, int dimension, long seed)
    {
        var hash = Chance.Mix(Chance.Mix((ulong)seed) + (ulong)dimension);
        if (dimension >= MostDimensions)
            return Chance.Of((long)hash, index, 0).Unit();
        return Permuted(At(index, dimension), (uint)(hash >> Bits)) * OneStep;
    }

    // Each bit is turned over by what a hash says of those above it.
    private static uint Permuted(uint value, uint seed)
    {
        var x = Reversed(value) + seed;
        x ^= x * 0x6c50b47c;
        x ^= x * 0xb82f1e52;
        x ^= x * 0xc7afe638;
        x ^= x * 0x8d22f6e6;
        return Reversed(x);
    }

    private static uint Reversed(uint x)
    {
        x = ((x >> 1) & 0x55555555) | ((x & 0x55555555) << 1);
        x = ((x >> 2) & 0x33333333) | ((x & 0x33333333) << 2);
        x = ((x >> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
        return BitConverter.IsLittleEndian ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(x) : x;
    }

    private static uint[][] ReadDirections()
    {
        using var stream = typeof(SobolSequence).Assembly.GetManifestResourceStream("VaeSweep.Sweeps.Search.sobol.txt")!;
        using var reader = new StreamReader(stream);
        // The first dimension has no row: van der Corput's.
        List<uint[]> all = [[.. Enumerable.Range(0, Bits).Select(j => 1u << (Bits - 1 - j))]];
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                all.Add(Directions([.. line.Split(' ').Select(one => uint.Parse(one, CultureInfo.InvariantCulture))]));
        }

        return [.. all];
    }

    /// <param name="row">Dimension, degree s, the polynomial's inner coefficients, and s first numbers.</param>
    private static uint[] Directions(uint[] row)
    {
        var (degree, coefficients) = ((int)row[1], row[2]);
        var m = new uint[Bits];
        row.AsSpan(3).CopyTo(m);
        for (var j = degree; j < Bits; j++)
        {
            m[j] = m[j - degree] ^ (m[j - degree] << degree);
            for (var k = 1; k < degree; k++)
            {
                if (((coefficients >> (degree - 1 - k)) & 1) != 0)
                    m[j] ^= m[j - k] << k;
            }
        }

        return [.. m.Select((one, j) => one << (Bits - 1 - j))];
    }
}
