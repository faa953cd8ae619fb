using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch;

/// <summary>Layers of two inputs side by side, without gradients: nothing is put side by side, and what several rows share is
/// multiplied once.</summary>
internal static unsafe partial class Kernelled
{
    public static Tensor Linear(Tensor shared, Tensor x, Tensor w, Tensor? b, Activation act, double slope)
    {
        var y = Joined(shared, x, w, b);
        Kernels.Activate(y.numel(), Raw.Floats(y), act, (float)slope);
        return y;
    }

    public static Tensor GatedLinear(Tensor shared, Tensor x, Tensor w, Tensor b, Tensor v, Tensor c)
    {
        var value = Joined(shared, x, w, b);
        using var gate = Joined(shared, x, v, c);
        Kernels.GatedForward(value.numel(), Raw.Floats(value), Raw.Floats(gate), Raw.Floats(value));
        return value;
    }

    /// <summary>[shared, x] w + b. The sums over shared's columns come first and go on over x's: the bits of the whole
    /// product.</summary>
    private static Tensor Joined(Tensor shared, Tensor x, Tensor w, Tensor? b)
    {
        (shared, x, w, b) = (Rows(shared), Rows(x), Contiguous(w), b is null ? null : Contiguous(b));
        int trials = (int)x.size(0), rows = (int)x.size(1), batch = (int)shared.size(1), outputs = (int)w.size(2);
        int before = (int)shared.size(2), inputs = (int)x.size(2);
        var y = torch.empty(trials, rows, outputs);
        for (var m = 0; m < trials; m++)
        {
            var weights = Raw.Floats(w) + ((nint)m * (before + inputs) * outputs);
            var bias = b is null ? null : Raw.Floats(b) + ((nint)m * outputs);
            var to = Raw.Floats(y) + ((nint)m * rows * outputs);
            var once = new Matrix(Pack(shared).At(m, 0), (nint)shared.stride(1));
            Kernels.Multiply(batch, outputs, before, once, new Matrix(weights, outputs), bias, false, to, outputs);
            var part = new Span<float>(to, batch * outputs);
            for (var row = batch; row < rows; row += batch)
                part.CopyTo(new Span<float>(to + ((nint)row * outputs), part.Length));

            var each = new Matrix(Pack(x).At(m, 0), (nint)x.stride(1));
            Kernels.Multiply(
                rows, outputs, inputs, each, new Matrix(weights + ((nint)before * outputs), outputs), null, true, to, outputs);
        }

        return y;
    }
}
