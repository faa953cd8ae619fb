using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Copies of b in the order in which the tiles read it: a panel's columns side by side, row after row.</summary>
internal static unsafe class Packing<V>
    where V : unmanaged, ITileVector<V>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    // Floats of a cache line: what is read of b is read to its line's end.
    private const int Line = 16;

    /// <summary>From depth x columns; zeros beyond.</summary>
    [MethodImpl(Hot)]
    public static void Straight(int depth, int columns, int wide, float* b, nint ldb, float* to)
    {
        var last = columns - (wide - V.Width);
        for (var k = 0; k < depth; k++, b += ldb, to += wide)
        {
            var v = 0;
            for (; v + V.Width < wide; v += V.Width)
                V.Store(V.Load(b + v), to + v);

            V.Store(last == V.Width ? V.Load(b + v) : V.Load(b + v, last), to + v);
        }
    }

    /// <summary>From columns x depth. Beyond the last column it is repeated: nobody looks at those sums.</summary>
    /// <remarks>All columns of a few rows, then the next rows: the panel is longer than the first-level cache, and what is
    /// written to a line of it comes while the line is there.</remarks>
    [MethodImpl(Hot)]
    public static void Transposed(int depth, int columns, int wide, float* b, nint ldb, float* to)
    {
        for (var k = 0; k < depth; k += Line)
        {
            var rows = Math.Min(Line, depth - k);
            for (var j = 0; j < wide; j += 8)
            {
                var from = b + (Math.Min(j, columns - 1) * ldb);
                var more = Math.Max(columns - 1 - j, 0);
                if (depth < 8 || wide - j < 8)
                {
                    Few(rows, Math.Min(8, wide - j), more, from + k, ldb, to + ((nint)k * wide) + j, wide);
                    continue;
                }

                // The last square overlaps the one before it.
                for (var i = k; i < k + rows; i += 8)
                {
                    var at = Math.Min(i, depth - 8);
                    Transpose.EightByEight(from + at, ldb, more, to + ((nint)at * wide) + j, wide);
                }
            }
        }
    }

    private static void Few(int depth, int columns, int more, float* from, nint ldf, float* to, nint ldt)
    {
        for (var k = 0; k < depth; k++, to += ldt)
        {
            for (var q = 0; q < columns; q++)
                to[q] = from[(Math.Min(q, more) * ldf) + k];
        }
    }
}
