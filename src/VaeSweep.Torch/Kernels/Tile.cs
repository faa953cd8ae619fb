using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>The inner loops of products: some rows of c, their sums in registers while the depth goes by.</summary>
/// <remarks>
/// c[r] starts from itself (add) or from start and grows by a[r * row + k * step] times the row of b at k * next, k in order: an
/// entry of c does not depend on the tile that it is in. Written out by the row: in a loop over an array the sums would live in
/// memory.
/// </remarks>
internal static unsafe class Tile<TRow>
    where TRow : unmanaged, ITileRow<TRow>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    // Rows of b between the one that is read and the one that is asked for: about as long as the third-level cache takes.
    private const int Ahead = 8;

    /// <summary>As many rows as fit, from eight or four down.</summary>
    /// <returns>How many rows were done.</returns>
    public static int Some(
        int rows, int most, int depth, float* a, nint row, nint step, float* b, nint next, float* start, bool add, float* c,
        nint ldc)
    {
        if (rows >= 8 && most == 8)
        {
            Of8<Kept>(depth, a, row, step, b, next, start, add, c, ldc, null);
            return 8;
        }

        if (rows >= 4)
        {
            Of4<Kept>(depth, a, row, step, b, next, start, add, c, ldc, null);
            return 4;
        }

        if (rows >= 2)
        {
            Of2(depth, a, row, step, b, next, start, add, c, ldc);
            return 2;
        }

        Of1(depth, a, row, step, b, next, start, add, c, ldc);
        return 1;
    }

    /// <summary>The first eight or four rows, by a b that was not packed: what they read of it they pack.</summary>
    /// <returns>How many rows were done.</returns>
    public static int Packing(
        int most, int depth, float* a, nint row, nint step, float* b, nint next, float* start, bool add, float* c, nint ldc,
        float* panel)
    {
        if (most == 8)
        {
            Of8<Copied>(depth, a, row, step, b, next, start, add, c, ldc, panel);
            return 8;
        }

        Of4<Copied>(depth, a, row, step, b, next, start, add, c, ldc, panel);
        return 4;
    }

    [MethodImpl(Hot)]
    private static void Of8<TCopy>(
        int depth, float* a, nint row, nint step, float* b, nint next, float* start, bool add, float* c, nint ldc, float* panel)
        where TCopy : struct, ICopy
    {
        float* a0 = a, a1 = a0 + row, a2 = a1 + row, a3 = a2 + row, a4 = a3 + row, a5 = a4 + row, a6 = a5 + row, a7 = a6 + row;
        float* c0 = c, c1 = c0 + ldc, c2 = c1 + ldc, c3 = c2 + ldc, c4 = c3 + ldc, c5 = c4 + ldc, c6 = c5 + ldc, c7 = c6 + ldc;
        TRow s0, s1, s2, s3, s4, s5, s6, s7;
        if (add)
        {
            s0 = TRow.Load(c0);
            s1 = TRow.Load(c1);
            s2 = TRow.Load(c2);
            s3 = TRow.Load(c3);
            s4 = TRow.Load(c4);
            s5 = TRow.Load(c5);
            s6 = TRow.Load(c6);
            s7 = TRow.Load(c7);
        }
        else
        {
            s0 = TRow.Load(start);
            s1 = s0;
            s2 = s0;
            s3 = s0;
            s4 = s0;
            s5 = s0;
            s6 = s0;
            s7 = s0;
        }

        // By the time that the sums are done their place is there.
        TRow.Prefetch(c0);
        TRow.Prefetch(c1);
        TRow.Prefetch(c2);
        TRow.Prefetch(c3);
        TRow.Prefetch(c4);
        TRow.Prefetch(c5);
        TRow.Prefetch(c6);
        TRow.Prefetch(c7);

        nint at = 0;
        for (var k = 0; k < depth; k++, at += step, b += next)
        {
            var v = TRow.Load(b);
            if (TCopy.IsMade)
            {
                TRow.Prefetch(b + (Ahead * next));
                TRow.Store(v, panel);
                panel += TRow.Columns;
            }

            s0 = TRow.Grow(a0[at], v, s0);
            s1 = TRow.Grow(a1[at], v, s1);
            s2 = TRow.Grow(a2[at], v, s2);
            s3 = TRow.Grow(a3[at], v, s3);
            s4 = TRow.Grow(a4[at], v, s4);
            s5 = TRow.Grow(a5[at], v, s5);
            s6 = TRow.Grow(a6[at], v, s6);
            s7 = TRow.Grow(a7[at], v, s7);
        }

        TRow.Store(s0, c0);
        TRow.Store(s1, c1);
        TRow.Store(s2, c2);
        TRow.Store(s3, c3);
        TRow.Store(s4, c4);
        TRow.Store(s5, c5);
        TRow.Store(s6, c6);
        TRow.Store(s7, c7);
    }

    [MethodImpl(Hot)]
    private static void Of4<TCopy>(
        int depth, float* a, nint row, nint step, float* b, nint next, float* start, bool add, float* c, nint ldc, float* panel)
        where TCopy : struct, ICopy
    {
        float* a0 = a, a1 = a0 + row, a2 = a1 + row, a3 = a2 + row;
        float* c0 = c, c1 = c0 + ldc, c2 = c1 + ldc, c3 = c2 + ldc;
        TRow s0, s1, s2, s3;
        if (add)
        {
            s0 = TRow.Load(c0);
            s1 = TRow.Load(c1);
            s2 = TRow.Load(c2);
            s3 = TRow.Load(c3);
        }
        else
        {
            s0 = TRow.Load(start);
            s1 = s0;
            s2 = s0;
            s3 = s0;
        }

        // By the time that the sums are done their place is there.
        TRow.Prefetch(c0);
        TRow.Prefetch(c1);
        TRow.Prefetch(c2);
        TRow.Prefetch(c3);

        nint at = 0;
        for (var k = 0; k < depth; k++, at += step, b += next)
        {
            var v = TRow.Load(b);
            if (TCopy.IsMade)
            {
                TRow.Prefetch(b + (Ahead * next));
                TRow.Store(v, panel);
                panel += TRow.Columns;
            }

            s0 = TRow.Grow(a0[at], v, s0);
            s1 = TRow.Grow(a1[at], v, s1);
            s2 = TRow.Grow(a2[at], v, s2);
            s3 = TRow.Grow(a3[at], v, s3);
        }

        TRow.Store(s0, c0);
        TRow.Store(s1, c1);
        TRow.Store(s2, c2);
        TRow.Store(s3, c3);
    }

    [MethodImpl(Hot)]
    private static void Of2(
        int depth, float* a, nint row, nint step, float* b, nint next, float* start, bool add, float* c, nint ldc)
    {
        float* a0 = a, a1 = a0 + row;
        float* c0 = c, c1 = c0 + ldc;
        TRow s0, s1;
        if (add)
        {
            s0 = TRow.Load(c0);
            s1 = TRow.Load(c1);
        }
        else
        {
            s0 = TRow.Load(start);
            s1 = s0;
        }

        nint at = 0;
        for (var k = 0; k < depth; k++, at += step, b += next)
        {
            var v = TRow.Load(b);
            s0 = TRow.Grow(a0[at], v, s0);
            s1 = TRow.Grow(a1[at], v, s1);
        }

        TRow.Store(s0, c0);
        TRow.Store(s1, c1);
    }

    [MethodImpl(Hot)]
    private static void Of1(
        int depth, float* a, nint row, nint step, float* b, nint next, float* start, bool add, float* c, nint ldc)
    {
        var a0 = a;
        var c0 = c;
        var s0 = TRow.Load(add ? c0 : start);

        nint at = 0;
        for (var k = 0; k < depth; k++, at += step, b += next)
        {
            var v = TRow.Load(b);
            s0 = TRow.Grow(a0[at], v, s0);
        }

        TRow.Store(s0, c0);
    }
}

/// <summary>Whether a tile copies what it reads of b. A type, so that the loop has no question inside.</summary>
internal interface ICopy
{
    static abstract bool IsMade { get; }
}

internal readonly struct Copied : ICopy
{
    public static bool IsMade => true;
}

internal readonly struct Kept : ICopy
{
    public static bool IsMade => false;
}
