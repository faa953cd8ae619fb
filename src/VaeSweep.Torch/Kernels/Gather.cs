using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Products of a mostly empty matrix with a full one.</summary>
internal static unsafe class Gather<V>
    where V : unmanaged, ITileVector<V>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>y = entries x (+ bias in each row), or y += entries x; x and y are wide columns.</summary>
    /// <remarks>In strips of eight vectors, whose sums hide the latency of one addition behind the others.</remarks>
    public static void Run(int lines, int wide, in Entries e, float* x, nint ldx, float* bias, bool add, float* y, nint ldy)
    {
        int w = V.Width, j = 0;
        for (; j + (8 * w) <= wide; j += 8 * w)
            Strip8(lines, e, x + j, ldx, bias == null ? null : bias + j, add, y + j, ldy);

        for (; j + (3 * w) <= wide; j += 3 * w)
            Strip3(lines, e, x + j, ldx, bias == null ? null : bias + j, add, y + j, ldy);

        if (j == wide)
            return;

        // The last strip may begin in one that is done: its sums come out equal. Not where they would be added twice.
        if (!add && wide >= 3 * w)
        {
            j = wide - (3 * w);
            Strip3(lines, e, x + j, ldx, bias == null ? null : bias + j, false, y + j, ldy);
        }
        else
        {
            Rest(lines, wide - j, e, x + j, ldx, bias == null ? null : bias + j, add, y + j, ldy);
        }
    }

    /// <summary>Eight whole vectors of each line.</summary>
    [MethodImpl(Hot)]
    private static void Strip8(int lines, in Entries e, float* x, nint ldx, float* bias, bool add, float* y, nint ldy)
    {
        var w = V.Width;
        int* start = e.Start, index = e.Index;
        var value = e.Value;
        for (var i = 0; i < lines; i++, y += ldy)
        {
            var from = add ? y : bias;
            V a = default, b = a, c = a, d = a, p = a, q = a, r = a, u = a;
            if (from != null)
            {
                a = V.Load(from);
                b = V.Load(from + w);
                c = V.Load(from + (2 * w));
                d = V.Load(from + (3 * w));
                p = V.Load(from + (4 * w));
                q = V.Load(from + (5 * w));
                r = V.Load(from + (6 * w));
                u = V.Load(from + (7 * w));
            }

            for (var s = start[i]; s < start[i + 1]; s++)
            {
                var line = x + (index[s] * ldx);
                var v = V.All(value[s]);
                a = V.Fma(v, V.Load(line), a);
                b = V.Fma(v, V.Load(line + w), b);
                c = V.Fma(v, V.Load(line + (2 * w)), c);
                d = V.Fma(v, V.Load(line + (3 * w)), d);
                p = V.Fma(v, V.Load(line + (4 * w)), p);
                q = V.Fma(v, V.Load(line + (5 * w)), q);
                r = V.Fma(v, V.Load(line + (6 * w)), r);
                u = V.Fma(v, V.Load(line + (7 * w)), u);
            }

            V.Store(a, y);
            V.Store(b, y + w);
            V.Store(c, y + (2 * w));
            V.Store(d, y + (3 * w));
            V.Store(p, y + (4 * w));
            V.Store(q, y + (5 * w));
            V.Store(r, y + (6 * w));
            V.Store(u, y + (7 * w));
        }
    }

    /// <summary>Three whole vectors of each line.</summary>
    [MethodImpl(Hot)]
    private static void Strip3(int lines, in Entries e, float* x, nint ldx, float* bias, bool add, float* y, nint ldy)
    {
        var w = V.Width;
        int* start = e.Start, index = e.Index;
        var value = e.Value;
        for (var i = 0; i < lines; i++, y += ldy)
        {
            var from = add ? y : bias;
            V a = default, b = a, c = a;
            if (from != null)
            {
                a = V.Load(from);
                b = V.Load(from + w);
                c = V.Load(from + (2 * w));
            }

            for (var s = start[i]; s < start[i + 1]; s++)
            {
                var line = x + (index[s] * ldx);
                var v = V.All(value[s]);
                a = V.Fma(v, V.Load(line), a);
                b = V.Fma(v, V.Load(line + w), b);
                c = V.Fma(v, V.Load(line + (2 * w)), c);
            }

            V.Store(a, y);
            V.Store(b, y + w);
            V.Store(c, y + (2 * w));
        }
    }

    /// <summary>Up to three vectors, of which the last may be cut.</summary>
    [MethodImpl(Hot)]
    private static void Rest(int lines, int columns, in Entries e, float* x, nint ldx, float* bias, bool add, float* y, nint ldy)
    {
        int w = V.Width, count = Math.Min(columns, w), more = Math.Clamp(columns - w, 0, w), last = Math.Clamp(columns - (2 * w),
            0, w);
        int* start = e.Start, index = e.Index;
        var value = e.Value;
        for (var i = 0; i < lines; i++, y += ldy)
        {
            var from = add ? y : bias;
            V a = default, b = a, c = a;
            if (from != null)
            {
                a = V.Load(from, count);
                b = V.Load(from + w, more);
                c = V.Load(from + (2 * w), last);
            }

            for (var s = start[i]; s < start[i + 1]; s++)
            {
                var line = x + (index[s] * ldx);
                var v = V.All(value[s]);
                a = V.Fma(v, V.Load(line, count), a);
                b = V.Fma(v, V.Load(line + w, more), b);
                c = V.Fma(v, V.Load(line + (2 * w), last), c);
            }

            V.Store(a, y, count);
            V.Store(b, y + w, more);
            V.Store(c, y + (2 * w), last);
        }
    }
}

/// <summary>The entries of a mostly empty matrix: those of line i are [Start[i], Start[i + 1]).</summary>
internal readonly unsafe ref struct Entries(int* start, int* index, float* value)
{
    public int* Start { get; } = start;

    public int* Index { get; } = index;

    public float* Value { get; } = value;
}
