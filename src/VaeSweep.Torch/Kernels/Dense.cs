namespace VaeSweep.Torch.Kernels;

/// <summary>act(x w + b) of a pack. T is the processor's own vector, V the one of loops over elements.</summary>
internal static unsafe class Dense<T, V>
    where T : unmanaged, ITileVector<T>
    where V : unmanaged, IVector<V, float>
{
    public static void Forward(
        in DenseShape s, PackRows x, float* w, float* b, float* y, Activation activation, float slope, SparseRows? sparse)
    {
        for (var m = 0; m < s.Trials; m++)
        {
            var weights = w + ((nint)m * s.Inputs * s.Outputs);
            var bias = b == null ? null : b + ((nint)m * s.Outputs);
            var into = y + ((nint)m * s.Rows * s.Outputs);
            if (sparse != null && sparse.IsSparse(m))
            {
                var entries = sparse.Of(m);
                fixed (int* start = entries.RowStart, index = entries.RowIndex)
                {
                fixed (float* value = entries.RowValue)
                {
                    Gather<T>.Run(s.Rows, s.Outputs, new Entries(start, index, value), weights, s.Outputs, bias, false, into,
                        s.Outputs);
                }
                }
            }
            else
            {
                Product<T>.Run(
                    s.Rows, s.Outputs, s.Inputs, new(x.At(m, 0), x.RowStride), new(weights, s.Outputs), bias, false, into,
                    s.Outputs);
            }

            Activations<V>.Apply((long)s.Rows * s.Outputs, into, activation, slope);
        }
    }

    public static void Backward(
        in DenseShape s, PackRows x, float* w, float* y, float* dy, float* dz, in DenseGradients to, Activation activation,
        float slope,
        SparseRows? sparse)
    {
        for (var m = 0; m < s.Trials; m++)
        {
            nint at = (nint)m * s.Rows * s.Outputs, weight = (nint)m * s.Inputs * s.Outputs;
            var upstream = activation == Activation.None ? dy + at : dz + at;
            var bias = to.B == null ? null : to.B + ((nint)m * s.Outputs);
            Activations<V>.Backward(s.Rows, s.Outputs, y + at, dy + at, upstream, bias, to.AddB, activation, slope);
            if (to.W != null)
                WeightGradient(s, m, x, upstream, to.W + weight, to.AddW, sparse);

            if (to.X != null)
            {
                Product<T>.Run(
                    s.Rows, s.Inputs, s.Outputs, new(upstream, s.Outputs), new(w + weight, s.Outputs, true), null, to.AddX,
                    to.X + ((nint)m * s.Rows * s.Inputs), s.Inputs);
            }
        }
    }

    private static void WeightGradient(
        in DenseShape s, int m, PackRows x, float* upstream, float* to, bool add, SparseRows? sparse)
    {
        if (sparse == null || !sparse.IsSparse(m))
        {
            Product<T>.Run(
                s.Inputs, s.Outputs, s.Rows, new(x.At(m, 0), x.RowStride, true), new(upstream, s.Outputs), null, add, to,
                s.Outputs);
            return;
        }

        var entries = sparse.Of(m);
        entries.SortByColumn();
        fixed (int* start = entries.ColumnStart, index = entries.ColumnIndex)
        {
        fixed (float* value = entries.ColumnValue)
        {
            Gather<T>.Run(s.Inputs, s.Outputs, new Entries(start, index, value), upstream, s.Outputs, null, add, to, s.Outputs);
        }
        }
    }
}
