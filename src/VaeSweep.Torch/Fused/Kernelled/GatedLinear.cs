using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch;

internal static unsafe partial class Kernelled
{
    public static Tensor GatedLinear(Tensor x, Tensor w, Tensor b, Tensor v, Tensor c)
    {
        (x, w, b, v, c) = (Rows(x), Contiguous(w), Contiguous(b), Contiguous(v), Contiguous(c));
        var shape = new DenseShape((int)w.size(0), (int)x.size(1), (int)w.size(1), (int)w.size(2));
        var n = (long)shape.Trials * shape.Rows * shape.Outputs;
        var tape = Tape.Current;
        var (toX, toW, toB, toV, toC) = (tape?.Trace(x), tape?.Trace(w), tape?.Trace(b), tape?.Trace(v), tape?.Trace(c));
        var recorded = toX is not null || toW is not null || toB is not null || toV is not null || toC is not null;
        var lists = toX is null && recorded ? SparseLists.Take() : null;
        lists?.Read(shape.Trials, shape.Rows, shape.Inputs, Pack(x));
        var value = torch.empty(shape.Trials, shape.Rows, shape.Outputs);
        var gate = empty_like(value);
        var y = recorded ? empty_like(value) : value;
        Kernels.DenseForward(shape, Pack(x), Raw.Floats(w), Raw.Floats(b), Raw.Floats(value), Activation.None, 0, lists);
        Kernels.DenseForward(shape, Pack(x), Raw.Floats(v), Raw.Floats(c), Raw.Floats(gate), Activation.None, 0, lists);
        Kernels.GatedForward(n, Raw.Floats(value), Raw.Floats(gate), Raw.Floats(y));
        if (!recorded)
        {
            gate.Dispose();
            return y;
        }

        tape!.Keep(value);
        tape.Keep(gate);
        tape.Record(y, dy =>
        {
            using var dgate = empty_like(dy);
            Kernels.GatedBackward(n, Raw.Floats(dy), Raw.Floats(value), Raw.Floats(gate), Raw.Floats(dy), Raw.Floats(dgate));
            DenseGradient(shape, x, w, null, dy, Activation.None, 0, toX, toW, toB, lists);
            DenseGradient(shape, x, v, null, dgate, Activation.None, 0, toX, toV, toC, lists);
            SparseLists.Return(lists);
            value.Dispose();
            gate.Dispose();
        });
        return y;
    }
}
