using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch;

internal static unsafe partial class Kernelled
{
    public static Tensor RowMean(Tensor a)
    {
        a = Contiguous(a);
        var (trials, rows) = ((int)a.size(0), a.size(1));
        return Sum(a, torch.empty(trials), trials, rows);
    }

    public static Tensor MinusSum(Tensor a)
    {
        a = Contiguous(a);
        return Sum(a, torch.empty(ReadOnlySpan<long>.Empty), 1, -1);
    }

    public static Tensor Minus(Tensor a, Tensor b, Tensor? weight)
    {
        (a, b, weight) = (Contiguous(a), Contiguous(b), weight is null ? null : Contiguous(weight));
        var trials = (int)a.size(0);
        var length = a.numel() / trials;
        var tape = Tape.Current;
        var (toA, toB) = (tape?.Trace(a), tape?.Trace(b));
        var value = torch.empty(a.shape);
        Sums.Minus(trials, length, Raw.Floats(a), Raw.Floats(b), Floats(weight), Raw.Floats(value));
        if (toA is null && toB is null)
            return value;

        tape!.Record(value, upstream =>
        {
            if (toB is not null)
            {
                var into = toB.Into(out var add);
                Sums.MinusBackward(trials, length, Raw.Floats(upstream), Floats(weight), into, add);
            }

            toA?.Add(upstream.alias());
        });
        return value;
    }

    /// <summary>The sums of <paramref name="runs"/> equal parts of a, divided.</summary>
    private static Tensor Sum(Tensor a, Tensor value, int runs, double divisor)
    {
        var length = a.numel() / runs;
        var tape = Tape.Current;
        var to = tape?.Trace(a);
        Sums.Of(runs, length, Raw.Floats(a), 1 / divisor, Raw.Floats(value));
        if (to is not null)
        {
            tape!.Record(value, upstream =>
            {
                var into = to.Into(out var add);
                Sums.Spread(runs, length, Raw.Floats(upstream), (float)divisor, into, add);
            });
        }

        return value;
    }
}
