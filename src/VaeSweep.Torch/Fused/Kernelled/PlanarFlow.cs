namespace VaeSweep.Torch;

internal static unsafe partial class Kernelled
{
    public static (Tensor Z, Tensor LogDet) PlanarFlow(Tensor z, Tensor u, Tensor w, Tensor b)
    {
        (z, u, w, b) = (Contiguous(z), Contiguous(u), Contiguous(w), Contiguous(b));
        int trials = (int)z.size(0), rows = (int)z.size(1), parts = (int)u.size(1), units = (int)z.size(2);
        var tape = Tape.Current;
        var (to, wanted) = Trace(tape, z, u, w, b);
        var (y, logDet) = (empty_like(z), torch.empty(trials, rows));
        Kernels.PlanarFlow(trials, rows, parts, units, Raw.Floats(z), Raw.Floats(u), Raw.Floats(w), Raw.Floats(b), Raw.Floats(y),
            Raw.Floats(logDet));
        if (wanted)
        {
            tape!
                .Record([y, logDet], upstream =>
                    Kernels.PlanarFlowBackward(trials, rows, parts, units, Raw.Floats(z), Raw.Floats(u), Raw.Floats(w),
                Raw.Floats(b), Floats(upstream[0]), Floats(upstream[1]), Grow(to[0]), Grow(to[1]), Grow(to[2]), Grow(to[3])));
        }

        return (y, logDet);
    }
}
