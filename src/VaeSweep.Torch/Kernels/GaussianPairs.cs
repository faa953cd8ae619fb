using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>Diagonal Gaussians entry by entry, and pairs of them.</summary>
internal static unsafe class GaussianPairs<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    public static void LogSoftplus(long n, float* x, float floor, float* y)
    {
        var whole = n / V.Width * V.Width;
        LogSoftplus<WholeLanes>(0, whole, V.Width, x, floor, y);
        LogSoftplus<CutLanes>(whole, n, (int)(n - whole), x, floor, y);
    }

    public static void LogSoftplusBackward(long n, float* x, float floor, float* dy, float* dx)
    {
        var whole = n / V.Width * V.Width;
        LogSoftplusBackward<WholeLanes>(0, whole, V.Width, x, floor, dy, dx);
        LogSoftplusBackward<CutLanes>(whole, n, (int)(n - whole), x, floor, dy, dx);
    }

    public static void Kl(long n, in GaussianPair pair, float floor, float* kl)
    {
        var whole = n / V.Width * V.Width;
        Kl<WholeLanes>(0, whole, V.Width, pair, floor, kl);
        Kl<CutLanes>(whole, n, (int)(n - whole), pair, floor, kl);
    }

    public static void KlBackward(long n, in GaussianPair pair, float floor, float* upstream, in GaussianPair to)
    {
        var whole = n / V.Width * V.Width;
        KlBackward<WholeLanes>(0, whole, V.Width, pair, floor, upstream, to);
        KlBackward<CutLanes>(whole, n, (int)(n - whole), pair, floor, upstream, to);
    }

    public static void Merge(long n, in GaussianPair pair, float* mean, float* logvar)
    {
        var whole = n / V.Width * V.Width;
        Merge<WholeLanes>(0, whole, V.Width, pair, mean, logvar);
        Merge<CutLanes>(whole, n, (int)(n - whole), pair, mean, logvar);
    }

    public static void MergeBackward(long n, in GaussianPair pair, float* dmean, float* dlogvar, in GaussianPair to)
    {
        var whole = n / V.Width * V.Width;
        MergeBackward<WholeLanes>(0, whole, V.Width, pair, dmean, dlogvar, to);
        MergeBackward<CutLanes>(whole, n, (int)(n - whole), pair, dmean, dlogvar, to);
    }

    [MethodImpl(Hot)]
    private static void LogSoftplus<TLanes>(long from, long to, int here, float* x, float floor, float* y)
        where TLanes : struct, ILanes
    {
        var least = V.All(floor);
        for (var i = from; i < to; i += V.Width)
        {
            var v = Lanes<V, float, TLanes>.Load(x + i, here);
            Lanes<V, float, TLanes>.Store(Functions<V>.Log(Functions<V>.Softplus(v) + least), y + i, here);
        }
    }

    [MethodImpl(Hot)]
    private static void LogSoftplusBackward<TLanes>(long from, long to, int here, float* x, float floor, float* dy, float* dx)
        where TLanes : struct, ILanes
    {
        var least = V.All(floor);
        for (var i = from; i < to; i += V.Width)
        {
            V v = Lanes<V, float, TLanes>.Load(x + i, here), upstream = Lanes<V, float, TLanes>.Load(dy + i, here);
            var slope = Functions<V>.Sigmoid(v) / (Functions<V>.Softplus(v) + least);
            Lanes<V, float, TLanes>.Store(upstream * slope, dx + i, here);
        }
    }

    [MethodImpl(Hot)]
    private static void Kl<TLanes>(long from, long to, int here, in GaussianPair pair, float floor, float* kl)
        where TLanes : struct, ILanes
    {
        float* mean = pair.Mean, logvar = pair.LogVar, otherMean = pair.OtherMean, otherLogvar = pair.OtherLogVar;
        V least = V.All(floor), one = V.All(1), half = V.All(0.5f);
        for (var i = from; i < to; i += V.Width)
        {
            V lq = Lanes<V, float, TLanes>.Load(logvar + i, here), lp = Lanes<V, float, TLanes>.Load(otherLogvar + i, here);
            V q = Functions<V>.Exp(lq) + least, p = Functions<V>.Exp(lp) + least;
            var distance = Lanes<V, float, TLanes>.Load(mean + i, here) - Lanes<V, float, TLanes>.Load(otherMean + i, here);
            var gap = floor > 0 ? Functions<V>.Log(p) - Functions<V>.Log(q) : lp - lq;
            var cost = half * (gap + (V.Fma(distance, distance, q) / p) - one);
            Lanes<V, float, TLanes>.Store(cost, kl + i, here);
        }
    }

    [MethodImpl(Hot)]
    private static void KlBackward<TLanes>(
        long from, long to, int here, in GaussianPair pair, float floor, float* upstream, in GaussianPair into)
        where TLanes : struct, ILanes
    {
        float* mean = pair.Mean, logvar = pair.LogVar, otherMean = pair.OtherMean, otherLogvar = pair.OtherLogVar;
        float* dmean = into.Mean, dlogvar = into.LogVar, dotherMean = into.OtherMean, dotherLogvar = into.OtherLogVar;
        V least = V.All(floor), one = V.All(1), half = V.All(0.5f);
        for (var i = from; i < to; i += V.Width)
        {
            var above = Lanes<V, float, TLanes>.Load(upstream + i, here);
            V ofQ = Functions<V>.Exp(Lanes<V, float, TLanes>.Load(logvar + i, here)), q = ofQ + least;
            V ofP = Functions<V>.Exp(Lanes<V, float, TLanes>.Load(otherLogvar + i, here)), p = ofP + least;
            var distance = Lanes<V, float, TLanes>.Load(mean + i, here) - Lanes<V, float, TLanes>.Load(otherMean + i, here);
            var pull = above * distance / p;
            Grow<TLanes>(dmean, i, pull, here);
            Grow<TLanes>(dotherMean, i, -pull, here);
            Grow<TLanes>(dlogvar, i, half * above * ((ofQ / p) - (ofQ / q)), here);
            Grow<TLanes>(dotherLogvar, i, half * above * (ofP / p) * (one - (V.Fma(distance, distance, q) / p)), here);
        }
    }

    [MethodImpl(Hot)]
    private static void Merge<TLanes>(long from, long to, int here, in GaussianPair pair, float* toMean, float* toLogvar)
        where TLanes : struct, ILanes
    {
        float* mean = pair.Mean, logvar = pair.LogVar, otherMean = pair.OtherMean, otherLogvar = pair.OtherLogVar;
        for (var i = from; i < to; i += V.Width)
        {
            V a = Lanes<V, float, TLanes>.Load(logvar + i, here), b = Lanes<V, float, TLanes>.Load(otherLogvar + i, here);
            var merged = V.Min(a, b) - Functions<V>.Log1pUnit(Functions<V>.ExpNegative(-Functions<V>.Abs(b - a)));
            V share = Functions<V>.Sigmoid(b - a), rest = Functions<V>.Sigmoid(a - b);
            var middle = V.Fma(Lanes<V, float, TLanes>.Load(mean + i, here), share,
                Lanes<V, float, TLanes>.Load(otherMean + i, here) * rest);
            Lanes<V, float, TLanes>.Store(merged, toLogvar + i, here);
            Lanes<V, float, TLanes>.Store(middle, toMean + i, here);
        }
    }

    [MethodImpl(Hot)]
    private static void MergeBackward<TLanes>(
        long from, long to, int here, in GaussianPair pair, float* dmean, float* dlogvar, in GaussianPair into)
        where TLanes : struct, ILanes
    {
        float* mean = pair.Mean, logvar = pair.LogVar, otherMean = pair.OtherMean, otherLogvar = pair.OtherLogVar;
        float* toMean = into.Mean, toLogvar = into.LogVar, toOtherMean = into.OtherMean, toOtherLogvar = into.OtherLogVar;
        for (var i = from; i < to; i += V.Width)
        {
            V a = Lanes<V, float, TLanes>.Load(logvar + i, here), b = Lanes<V, float, TLanes>.Load(otherLogvar + i, here);
            V share = Functions<V>.Sigmoid(b - a), rest = Functions<V>.Sigmoid(a - b);
            var ofMean = dmean == null ? V.All(0) : Lanes<V, float, TLanes>.Load(dmean + i, here);
            var ofLogvar = dlogvar == null ? V.All(0) : Lanes<V, float, TLanes>.Load(dlogvar + i, here);
            var apart = Lanes<V, float, TLanes>.Load(mean + i, here) - Lanes<V, float, TLanes>.Load(otherMean + i, here);
            var turn = ofMean * apart * share * rest;
            Grow<TLanes>(toMean, i, ofMean * share, here);
            Grow<TLanes>(toOtherMean, i, ofMean * rest, here);
            Grow<TLanes>(toLogvar, i, V.Fma(ofLogvar, share, -turn), here);
            Grow<TLanes>(toOtherLogvar, i, V.Fma(ofLogvar, rest, turn), here);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Grow<TLanes>(float* gradient, long at, V more, int here)
        where TLanes : struct, ILanes
    {
        if (gradient != null)
            Lanes<V, float, TLanes>.Store(Lanes<V, float, TLanes>.Load(gradient + at, here) + more, gradient + at, here);
    }
}
