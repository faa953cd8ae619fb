using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Copies of b in the order in which the tiles read it: a panel's columns side by side, row after row.</summary>
internal static unsafe class Packing<V>
    where V : unmanaged, ITileVector<V>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>From depth x columns; zeros beyond.</summary>
    [MethodImpl(Hot)]
    public static void Straight(int depth, int columns, int wide, float* b, nint ldb, float* to)
    {
        var last = columns - (wide - V.Width);
        for (var k = 0; k < depth; k++, b += ldb, to += wide)
        {
            var v = 0;
            for (; v + V.Width < wide; v += V.Width)
            {
                V.Store(V.Load(b + v), to + v);
            }

            V.Store(last == V.Width ? V.Load(b + v) : V.Load(b + v, last), to + v);
        }
    }

    /// <summary>From columns x depth. Beyond the last column it is repeated: nobody looks at those sums.</summary>
    [MethodImpl(Hot)]
    public static void Transposed(int depth, int columns, int wide, float* b, nint ldb, float* to)
    {
        for (var j = 0; j < wide; j += 8)
        {
            var from = b + (Math.Min(j, columns - 1) * ldb);
            var more = Math.Max(columns - 1 - j, 0);
            if (depth < 8 || wide - j < 8)
            {
                Few(depth, Math.Min(8, wide - j), more, from, ldb, to + j, wide);
                continue;
            }

            // The last square overlaps the one before it.
            for (var k = 0; k < depth; k += 8)
            {
                var at = Math.Min(k, depth - 8);
                Transpose.EightByEight(from + at, ldb, more, to + ((nint)at * wide) + j, wide);
            }
        }
    }

    private static void Few(int depth, int columns, int more, float* from, nint ldf, float* to, nint ldt)
    {
        for (var k = 0; k < depth; k++, to += ldt)
        {
            for (var q = 0; q < columns; q++)
            {
                to[q] = from[(Math.Min(q, more) * ldf) + k];
            }
        }
    }
}
