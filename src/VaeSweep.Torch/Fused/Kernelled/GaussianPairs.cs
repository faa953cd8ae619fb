using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch;

internal static unsafe partial class Kernelled
{
    public static Tensor GaussianKl(Tensor mean, Tensor logvar, Tensor otherMean, Tensor otherLogvar, double floor)
    {
        (mean, logvar, otherMean, otherLogvar) =
            (Contiguous(mean), Contiguous(logvar), Contiguous(otherMean), Contiguous(otherLogvar));
        var n = mean.numel();
        var tape = Tape.Current;
        var (to, wanted) = Trace(tape, mean, logvar, otherMean, otherLogvar);
        var kl = empty_like(mean);
        Kernels.GaussianKl(n, Pair(mean, logvar, otherMean, otherLogvar), (float)floor, Raw.Floats(kl));
        if (wanted)
        {
            tape!.Record(kl, upstream => Kernels.GaussianKlBackward(
                n, Pair(mean, logvar, otherMean, otherLogvar), (float)floor, Raw.Floats(upstream), Grow(to)));
        }

        return kl;
    }

    public static (Tensor Mean, Tensor LogVar) GaussianMerge(Tensor mean, Tensor logvar, Tensor otherMean, Tensor otherLogvar)
    {
        (mean, logvar, otherMean, otherLogvar) =
            (Contiguous(mean), Contiguous(logvar), Contiguous(otherMean), Contiguous(otherLogvar));
        var n = mean.numel();
        var tape = Tape.Current;
        var (to, wanted) = Trace(tape, mean, logvar, otherMean, otherLogvar);
        var (merged, mergedLogvar) = (empty_like(mean), empty_like(mean));
        Kernels.GaussianMerge(n, Pair(mean, logvar, otherMean, otherLogvar), Raw.Floats(merged), Raw.Floats(mergedLogvar));
        if (wanted)
        {
            tape!.Record([merged, mergedLogvar], upstream => Kernels.GaussianMergeBackward(
                n, Pair(mean, logvar, otherMean, otherLogvar), Floats(upstream[0]), Floats(upstream[1]), Grow(to)));
        }

        return (merged, mergedLogvar);
    }

    private static (Traced?[] To, bool Wanted) Trace(Tape? tape, Tensor a, Tensor b, Tensor c, Tensor d)
    {
        Traced?[] to = tape is null ? [] : [tape.Trace(a), tape.Trace(b), tape.Trace(c), tape.Trace(d)];
        return (to, Array.Exists(to, variable => variable is not null));
    }

    private static GaussianPair Pair(Tensor mean, Tensor logvar, Tensor otherMean, Tensor otherLogvar) => new()
    {
        Mean = Raw.Floats(mean), LogVar = Raw.Floats(logvar), OtherMean = Raw.Floats(otherMean),
        OtherLogVar = Raw.Floats(otherLogvar),
    };

    private static GaussianPair Grow(Traced?[] to) =>
        new() { Mean = Grow(to[0]), LogVar = Grow(to[1]), OtherMean = Grow(to[2]), OtherLogVar = Grow(to[3]) };
}
