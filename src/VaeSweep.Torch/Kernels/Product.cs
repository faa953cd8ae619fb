namespace VaeSweep.Torch.Kernels;

/// <summary>Matrix products for the sizes of small VAEs. V is the processor's own vector.</summary>
internal static unsafe class Product<V>
    where V : unmanaged, ITileVector<V>
{
    // Rows of a that stay in the second-level cache while all panels of b pass by.
    private const int RowsThatStay = 512;

    // A panel of this depth (192 KiB) and what it meets of a stay in the second-level cache.
    private const int MostDepth = 1024;

    // Below, packing b costs more than it gains.
    private const int FewRows = 8;

    private const int MostColumns = 48;

    // Eight rows of three vectors fill 32 registers, four fill 16.
    private static int TileRows => V.Width == 16 ? 8 : 4;

    /// <summary>c = a b (+ bias in each row), or c += a b; a is m x k, b is k x n.</summary>
    public static void Run(int m, int n, int k, Matrix a, Matrix b, float* bias, bool add, float* c, nint ldc)
    {
        if (m == 0 || n == 0)
            return;

        // Slices of equal depth. Sums go on where the slice before left them: the same additions in the same order.
        var slices = Math.Max(1, (k + MostDepth - 1) / MostDepth);
        nint row = a.Transposed ? 1 : a.RowStride, step = a.Transposed ? a.RowStride : 1, down = b.Transposed ? 1 : b.RowStride;
        for (var s = 0; s < slices; s++)
        {
            int from = (int)((long)k * s / slices), depth = (int)((long)k * (s + 1) / slices) - from;
            var right = new Matrix(b.Data + (from * down), b.RowStride, b.Transposed);
            Slice(m, n, depth, a.Data + (from * step), row, step, right, s == 0 ? bias : null, add || s > 0, c, ldc);
        }
    }

    private static void Slice(
        int m, int n, int k, float* a, nint row, nint step, Matrix b, float* bias, bool add, float* c, nint ldc)
    {
        var vectors = (n + V.Width - 1) / V.Width;
        var keep = m > RowsThatStay;
        var room = Room.Of((long)(keep ? vectors : 3) * V.Width * Math.Max(k, 1));
        for (var i = 0; i < m; i += RowsThatStay)
        {
            var panel = room;
            var rows = Math.Min(RowsThatStay, m - i);
            for (int j = 0, rest = vectors; rest > 0;)
            {
                // Of four vectors that are left, two and two: one alone waits for its own sums.
                var take = rest == 4 ? 2 : Math.Min(3, rest);
                int wide = take * V.Width, columns = Math.Min(wide, n - j);
                float* right = panel, unpacked = null;
                nint next = wide;
                if (!b.Transposed && m <= FewRows && columns == wide)
                {
                    right = b.Data + j;
                    next = b.RowStride;
                }
                else if (i == 0 && b.Transposed)
                {
                    Packing<V>.Transposed(k, columns, wide, b.Data + (j * b.RowStride), b.RowStride, panel);
                }
                else if (i == 0 && columns == wide && rows >= TileRows)
                {
                    // The first rows read b where it is, and pack it by the way.
                    unpacked = b.Data + j;
                }
                else if (i == 0)
                {
                    Packing<V>.Straight(k, columns, wide, b.Data + j, b.RowStride, panel);
                }

                var left = a + (i * row);
                var from = bias == null ? null : bias + j;
                var to = c + (i * ldc) + j;
                switch (take)
                {
                    case 3:
                        Column<Three<V>>(
                            rows, k, left, row, step, right, next, unpacked, b.RowStride, from, add, to, ldc, columns);
                        break;
                    case 2:
                        Column<Two<V>>(
                            rows, k, left, row, step, right, next, unpacked, b.RowStride, from, add, to, ldc, columns);
                        break;
                    default:
                        Column<One<V>>(
                            rows, k, left, row, step, right, next, unpacked, b.RowStride, from, add, to, ldc, columns);
                        break;
                }

                panel += keep ? (nint)wide * k : 0;
                j += wide;
                rest -= take;
            }
        }
    }

    private static void Column<TRow>(
        int rows, int k, float* a, nint row, nint step, float* b, nint next, float* unpacked, nint ldb, float* bias, bool add,
        float* c, nint ldc, int columns)
        where TRow : unmanaged, ITileRow<TRow>
    {
        var start = stackalloc float[MostColumns];
        new Span<float>(start, MostColumns).Clear();
        if (bias != null)
            Copy(bias, start, columns);

        if (columns == TRow.Columns)
        {
            var i = unpacked == null ? 0 : Tile<TRow>.Packing(TileRows, k, a, row, step, unpacked, ldb, start, add, c, ldc, b);
            while (i < rows)
                i += Tile<TRow>.Some(rows - i, TileRows, k, a + (i * row), row, step, b, next, start, add, c + (i * ldc), ldc);

            return;
        }

        // What ends in the middle of a vector goes by a tile of its own.
        var tile = stackalloc float[8 * MostColumns];
        new Span<float>(tile, 8 * MostColumns).Clear();
        for (var i = 0; i < rows;)
        {
            if (add)
            {
                for (var r = 0; r < Math.Min(8, rows - i); r++)
                    Copy(c + ((i + r) * ldc), tile + (r * TRow.Columns), columns);
            }

            var done = Tile<TRow>.Some(rows - i, TileRows, k, a + (i * row), row, step, b, next, start, add, tile, TRow.Columns);
            for (var r = 0; r < done; r++)
                Copy(tile + (r * TRow.Columns), c + ((i + r) * ldc), columns);

            i += done;
        }
    }

    private static void Copy(float* from, float* to, int count) =>
        Buffer.MemoryCopy(from, to, count * sizeof(float), count * sizeof(float));
}
