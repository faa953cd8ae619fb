namespace VaeSweep.Torch;

internal static unsafe partial class Kernelled
{
    public static (Tensor Y, Tensor Mean, Tensor Variance) BatchNorm(
        Tensor x, Tensor weight, Tensor bias, double eps, Activation act, double slope)
    {
        (x, weight, bias) = (Contiguous(x), Contiguous(weight), Contiguous(bias));
        int trials = (int)x.size(0), rows = (int)x.size(1), columns = (int)x.size(2);
        var tape = Tape.Current;
        var (toX, toWeight, toBias) = (tape?.Trace(x), tape?.Trace(weight), tape?.Trace(bias));
        var (y, root) = (torch.empty(trials, rows, columns), torch.empty(trials, 1, columns));
        var (mean, variance) = (torch.empty(trials, 1, columns), torch.empty(trials, 1, columns));
        Kernels.BatchMoments(trials, rows, columns, Raw.Floats(x), Raw.Floats(mean), Raw.Floats(variance));
        Kernels.BatchNormForward(trials, rows, columns, Raw.Floats(x), Raw.Floats(mean), Raw.Floats(variance), Raw.Floats(weight),
            Raw.Floats(bias), eps, Raw.Floats(y), Raw.Floats(root), act, (float)slope);
        if (toX is null && toWeight is null && toBias is null)
        {
            root.Dispose();
            return (y, mean, variance);
        }

        tape!.Keep(root);
        // The caller may change what it is given.
        var centre = tape.Keep(mean.clone());
        tape.Record(y, dy =>
        {
            var (dweight, dbias) = (empty_like(weight), empty_like(bias));
            Kernels.BatchNormBackward(trials, rows, columns, Raw.Floats(x), Raw.Floats(centre), Raw.Floats(root),
                Raw.Floats(weight),
                Raw.Floats(y), Raw.Floats(dy), Raw.Floats(dy), Raw.Floats(dweight), Raw.Floats(dbias), false, false, act,
                (float)slope);
            Give(toX, dy.alias());
            Give(toWeight, dweight);
            Give(toBias, dbias);
            root.Dispose();
            centre.Dispose();
        });
        return (y, mean, variance);
    }

    /// <summary>Adds a gradient to those of a value, or frees it where none is wanted.</summary>
    private static void Give(Traced? variable, Tensor gradient)
    {
        if (variable is null)
            gradient.Dispose();
        else
            variable.Add(gradient);
    }
}
