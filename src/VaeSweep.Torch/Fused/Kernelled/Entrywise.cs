namespace VaeSweep.Torch;

internal static unsafe partial class Kernelled
{
    public static Tensor LogSoftplus(Tensor x, double floor)
    {
        x = Contiguous(x);
        var n = x.numel();
        var tape = Tape.Current;
        var to = tape?.Trace(x);
        var y = empty_like(x);
        Kernels.LogSoftplus(n, Raw.Floats(x), (float)floor, Raw.Floats(y));
        if (to is not null)
        {
            tape!.Record(y, dy =>
            {
                Kernels.LogSoftplusBackward(n, Raw.Floats(x), (float)floor, Raw.Floats(dy), Raw.Floats(dy));
                to.Add(dy.alias());
            });
        }

        return y;
    }

    public static Tensor Clamp(Tensor x, double least, double most)
    {
        x = Contiguous(x);
        var n = x.numel();
        var tape = Tape.Current;
        var to = tape?.Trace(x);
        var y = empty_like(x);
        Kernels.Clamp(n, Raw.Floats(x), (float)least, (float)most, Raw.Floats(y));
        if (to is not null)
        {
            tape!.Record(y, dy =>
            {
                Kernels.ClampBackward(n, Raw.Floats(x), (float)least, (float)most, Raw.Floats(dy), Raw.Floats(dy));
                to.Add(dy.alias());
            });
        }

        return y;
    }
}
