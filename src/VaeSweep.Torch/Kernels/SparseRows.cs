using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Torch.Kernels;

/// <summary>The entries of a pack's data that are not zero, so that products skip the others. One object serves a layer from step
/// to step.</summary>
/// <remarks>
/// <see cref="Read"/> before the forward pass; the backward pass of the same step uses the same lists. A trial of which more than
/// one entry in four is not zero (and data of less than 64 columns) has no list: its products are dense.
/// </remarks>
public sealed unsafe class SparseRows
{
    // A row costs about as much through its entries as through the dense product when one in three or four is not zero.
    private const int OneIn = 4;

    // Below, the dense product is over before the entries are listed.
    private const int Worthwhile = 64;

    private readonly List<EntryLists> _lists = [];
    private bool _shared;

    /// <summary>Lists the entries of x. What was listed before is forgotten.</summary>
    /// <param name="trials">M.</param>
    /// <param name="rows">Of each trial.</param>
    /// <param name="columns">Of each trial.</param>
    /// <param name="x">[M, rows, columns]; a trial stride of 0 lists once for all trials.</param>
    public void Read(int trials, int rows, int columns, PackRows x)
    {
        _shared = x.TrialStride == 0;
        var count = _shared ? Math.Min(1, trials) : trials;
        while (_lists.Count < count)
            _lists.Add(new());

        for (var m = 0; m < count; m++)
        {
            _lists[m].Clear();
            if (columns >= Worthwhile && (long)rows * columns < int.MaxValue)
                _lists[m].Read(rows, columns, x.At(m, 0), x.RowStride);
        }
    }

    /// <summary>Whether a trial's products skip zeros.</summary>
    public bool IsSparse(int trial) => Of(trial).IsListed;

    /// <summary>How many entries of a trial are not zero; -1 where they were not listed.</summary>
    public int Count(int trial) => Of(trial).IsListed ? Of(trial).Count : -1;

    internal EntryLists Of(int trial) => _lists[_shared ? 0 : trial];

    /// <summary>Entries of one trial, row by row and, once asked for, column by column.</summary>
    internal sealed class EntryLists
    {
        private int _rows;
        private int _columns;
        private bool _byColumn;
        private int[] _next = [];

        public bool IsListed { get; private set; }

        public int Count { get; private set; }

        public int[] RowStart { get; private set; } = [];

        public int[] RowIndex { get; private set; } = [];

        public float[] RowValue { get; private set; } = [];

        public int[] ColumnStart { get; private set; } = [];

        public int[] ColumnIndex { get; private set; } = [];

        public float[] ColumnValue { get; private set; } = [];

        public void Clear() => IsListed = false;

        public void Read(int rows, int columns, float* x, nint ld)
        {
            (this._rows, this._columns, _byColumn) = (rows, columns, false);

            // A bright image may come before dark ones; more than one bright row's length is not waited for.
            int total = (int)((long)_rows * columns / OneIn), room = total + columns;
            RowStart = Grown(RowStart, rows + 1);
            RowIndex = Grown(RowIndex, room);
            RowValue = Grown(RowValue, room);
            var count = 0;
            fixed (int* index = RowIndex)
            {
            fixed (float* value = RowValue)
            {
                for (var i = 0; i < rows; i++)
                {
                    RowStart[i] = count;
                    count = Append(x + (i * ld), columns, index, value, count);
                    if (count > Math.Min(total, ((long)(i + 1) * columns / OneIn) + columns))
                        return;
                }
            }
            }

            RowStart[rows] = count;
            (Count, IsListed) = (count, true);
        }

        /// <summary>Lists the columns' entries, unless that is done.</summary>
        public void SortByColumn()
        {
            if (_byColumn)
                return;

            _byColumn = true;
            ColumnStart = Grown(ColumnStart, _columns + 1);
            ColumnIndex = Grown(ColumnIndex, RowIndex.Length);
            ColumnValue = Grown(ColumnValue, RowIndex.Length);
            _next = Grown(_next, _columns + 1);
            Array.Clear(_next, 0, _columns + 1);
            fixed (int* at = _next, start = RowStart, index = RowIndex, toIndex = ColumnIndex)
            {
            fixed (float* value = RowValue, toValue = ColumnValue)
            {
                for (var e = 0; e < Count; e++)
                    at[index[e] + 1]++;

                for (var j = 0; j < _columns; j++)
                    at[j + 1] += at[j];

                Array.Copy(_next, ColumnStart, _columns + 1);
                for (var i = 0; i < _rows; i++)
                {
                    for (var e = start[i]; e < start[i + 1]; e++)
                    {
                        var to = at[index[e]]++;
                        toIndex[to] = i;
                        toValue[to] = value[e];
                    }
                }
            }
            }
        }

        private static int Append(float* row, int columns, int* index, float* value, int count)
        {
            var j = 0;
            for (; j + 16 <= columns; j += 16)
            {
                var entries = Vector512.Load(row + j);
                var lit = ~Vector512.Equals(entries, Vector512<float>.Zero);
                var bits = (uint)lit.ExtractMostSignificantBits();
                if (Avx512F.IsSupported)
                {
                    // All at once, and garbage behind them that the next ones overwrite: no branch waits for how many there are.
                    Avx512F.Compress(entries, lit, entries).Store(value + count);
                    var places = Vector512<int>.Indices + Vector512.Create(j);
                    Avx512F.Compress(places, lit.AsInt32(), places).Store(index + count);
                    count += BitOperations.PopCount(bits);
                    continue;
                }

                for (; bits != 0; bits &= bits - 1)
                {
                    var at = j + BitOperations.TrailingZeroCount(bits);
                    index[count] = at;
                    value[count++] = row[at];
                }
            }

            for (; j < columns; j++)
            {
                if (row[j] != 0)
                {
                    index[count] = j;
                    value[count++] = row[j];
                }
            }

            return count;
        }

        private static T[] Grown<T>(T[] array, int length)
            where T : unmanaged =>
            array.Length >= length ? array : GC.AllocateUninitializedArray<T>(length, pinned: true);
    }
}
