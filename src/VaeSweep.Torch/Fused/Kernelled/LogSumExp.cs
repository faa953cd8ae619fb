namespace VaeSweep.Torch;

internal static unsafe partial class Kernelled
{
    /// <summary>log of the sum, or of the mean, of exp(a) along a dimension; float32 or float64.</summary>
    public static Tensor LogSumExp(Tensor a, int dim, bool mean)
    {
        a = Contiguous(a);
        var shape = a.shape;
        var count = (int)shape[dim];
        var (outer, inner) = (Product(shape.AsSpan(0, dim)), (int)Product(shape.AsSpan(dim + 1)));
        var tape = Tape.Current;
        var to = tape?.Trace(a);
        var isFloat = a.dtype == ScalarType.Float32;
        var value = torch.empty([.. shape[..dim], .. shape[(dim + 1)..]], a.dtype);
        if (isFloat)
            Kernels.LogSumExp(outer, count, inner, Raw.Floats(a), mean, Raw.Floats(value));
        else
            Kernels.LogSumExp(outer, count, inner, Raw.Doubles(a), mean, Raw.Doubles(value));

        if (to is not null)
        {
            tape!.Record(value, dvalue =>
            {
                var into = to.IntoMemory(out var add);
                if (isFloat)
                {
                    Kernels.LogSumExpBackward(
                        outer, count, inner, Raw.Floats(a), Raw.Floats(value), Raw.Floats(dvalue), mean, (float*)into, add);
                }
                else
                {
                    Kernels.LogSumExpBackward(
                        outer, count, inner, Raw.Doubles(a), Raw.Doubles(value), Raw.Doubles(dvalue), mean, (double*)into, add);
                }
            });
        }

        return value;
    }

    private static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (var size in sizes)
            product *= size;

        return product;
    }
}
