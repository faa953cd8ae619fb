using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch;

/// <summary>The fused operations by kernels, with their gradients on a <see cref="Tape"/> where one records. Shapes as
/// <see cref="fused"/> says; float32 on the CPU.</summary>
internal static unsafe partial class Kernelled
{
    private static IKernels Kernels => TorchRuntime.Kernels!;

    public static Tensor Linear(Tensor x, Tensor w, Tensor? b, Activation act, double slope)
    {
        (x, w, b) = (Rows(x), Contiguous(w), b is null ? null : Contiguous(b));
        var shape = new DenseShape((int)w.size(0), (int)x.size(1), (int)w.size(1), (int)w.size(2));
        var tape = Tape.Current;
        var (toX, toW, toB) = (tape?.Trace(x), tape?.Trace(w), b is null ? null : tape?.Trace(b));
        // Data may be mostly zeros; what was computed never is.
        var lists = toX is null && tape is not null ? SparseLists.Take() : null;
        lists?.Read(shape.Trials, shape.Rows, shape.Inputs, Pack(x));
        var y = torch.empty(shape.Trials, shape.Rows, shape.Outputs);
        Kernels.DenseForward(shape, Pack(x), Raw.Floats(w), Floats(b), Raw.Floats(y), act, (float)slope, lists);
        if (toX is null && toW is null && toB is null)
        {
            SparseLists.Return(lists);
            return y;
        }

        tape!.Record(y, dy =>
        {
            DenseGradient(shape, x, w, y, dy, act, slope, toX, toW, toB, lists);
            SparseLists.Return(lists);
        });
        return y;
    }

    /// <param name="y">The layer's result; null where it has no activation.</param>
    /// <param name="dy">Its gradient, overwritten by the one before the activation.</param>
    private static void DenseGradient(
        DenseShape shape, Tensor x, Tensor w, Tensor? y, Tensor dy, Activation act, double slope, Traced? toX,
        Traced? toW, Traced? toB, SparseRows? lists)
    {
        bool addX = false, addW = false, addB = false;
        var to = new DenseGradients
        {
            X = Into(toX, ref addX), W = Into(toW, ref addW), B = Into(toB, ref addB), AddX = addX, AddW = addW, AddB = addB,
        };
        Kernels.DenseBackward(
            shape, Pack(x), Raw.Floats(w), Floats(y), Raw.Floats(dy), Raw.Floats(dy), to, act, (float)slope, lists);
    }

    private static float* Into(Traced? variable, ref bool add) => variable is null ? null : variable.Into(out add);

    private static float* Floats(Tensor? tensor) => tensor is null ? null : Raw.Floats(tensor);

    // The same object where it can be: a tape knows results by it.
    private static Tensor Contiguous(Tensor t) => t.is_contiguous() ? t : t.contiguous();

    /// <summary>[M, rows, columns] whose columns lie side by side; rows and trials may lie apart.</summary>
    private static Tensor Rows(Tensor t) => t.size(2) <= 1 || t.stride(2) == 1 ? t : t.contiguous();

    private static PackRows Pack(Tensor t) => new(Raw.Floats(t), (nint)t.stride(1), (nint)t.stride(0));
}
