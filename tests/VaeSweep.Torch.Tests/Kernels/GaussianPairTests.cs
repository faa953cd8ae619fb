using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Gaussians entry by entry, bounds and planar flows: lengths that end within vectors, gradients that grow, widths that
/// agree.</summary>
/// <remarks>Their gradients against finite differences are FusedTests'.</remarks>
public sealed unsafe class GaussianPairTests : KernelTest
{
    private static readonly int[] _lengths = [1, 15, 16, 50];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Entries_agree_with_plain_loops(string kind)
    {
        foreach (var n in _lengths)
        {
            var random = new Random(31);
            double[] a = Normals(random, n, 3), b = Normals(random, n, 3), c = Normals(random, n), d = Normals(random, n);
            float* pa = Memory.Floats(a), y = Memory.Floats(n), mean = Memory.Floats(n), logvar = Memory.Floats(n);
            var pair = new GaussianPair { Mean = pa, LogVar = Memory.Floats(c), OtherMean = Memory.Floats(b),
                OtherLogVar = Memory.Floats(d) };

            Of(kind).LogSoftplus(n, pa, 1e-3f, y);
            Near([.. a.Select(v => Math.Log(Math.Log(1 + Math.Exp(v)) + 1e-3))], y, 5e-7);
            Of(kind).Clamp(n, pa, -0.5f, 1, y);
            Near([.. a.Select(v => Math.Clamp(v, -0.5, 1))], y, 0);
            Of(kind).ClampBackward(n, pa, -0.5f, 1, pair.OtherMean, y);
            Near([.. a.Zip(b, (v, up) => v is >= -0.5 and <= 1 ? up : 0)], y, 0);
            foreach (var floor in new[] { 0f, 0.25f })
            {
                double Kl(int i)
                {
                    double v = Math.Exp(c[i]) + floor, w = Math.Exp(d[i]) + floor;
                    return 0.5 * (Math.Log(w / v) + ((v + Math.Pow(a[i] - b[i], 2)) / w) - 1);
                }

                Of(kind).GaussianKl(n, pair, floor, y);
                Near([.. Enumerable.Range(0, n).Select(Kl)], y, 1e-6);
            }

            Of(kind).GaussianMerge(n, pair, mean, logvar);
            double Precision(int i) => Math.Exp(-c[i]) + Math.Exp(-d[i]);
            Near([.. Enumerable.Range(0, n).Select(i => ((a[i] * Math.Exp(-c[i])) + (b[i] * Math.Exp(-d[i]))) / Precision(i))],
                mean, 5e-7);
            Near([.. Enumerable.Range(0, n).Select(i => -Math.Log(Precision(i)))], logvar, 5e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_grow_what_is_there(string kind)
    {
        const int N = 19;
        var all = Results(Of(kind), N, 0);
        var grown = Results(Of(kind), N, 3);

        // The values come first; each gradient is 3 more, but for rounding.
        var values = (3 * N) + (4 * N) + 4;
        Same(all[..values], grown[..values]);
        for (var i = values; i < all.Length; i++)
            Assert.Equal(all[i] + 3, grown[i], 1e-4f * (1 + Math.Abs(all[i])));
    }

    [Fact]
    public void Widths_agree_to_the_bit()
    {
        var results = AllFused.Select(kernels => Results(kernels, 45, 0)).ToArray();

        Assert.All(results, r => Same(results[0], r));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_nan_passes_bounds_and_infinities_meet_them(string kind)
    {
        var y = Memory.Floats(3L);

        Of(kind).Clamp(3, Memory.Floats([double.NaN, double.PositiveInfinity, double.NegativeInfinity]), -6, 2, y);

        Assert.Equal([float.NaN, 2, -6], Copied(y, 3));
    }

    private float[] Results(IKernels kernels, int n, double start)
    {
        var random = new Random(32);
        float* New() => Memory.Floats(Enumerable.Repeat(start, n));
        float* a = Memory.Floats(Normals(random, n)), b = Memory.Floats(Normals(random, n)),
            c = Memory.Floats(Normals(random, n)),
            d = Memory.Floats(Normals(random, n)), up = Memory.Floats(Normals(random, n)), y = Memory.Floats(n),
            mean = Memory.Floats(n), logvar = Memory.Floats(n);
        var pair = new GaussianPair { Mean = a, LogVar = b, OtherMean = c, OtherLogVar = d };
        GaussianPair kl = new() { Mean = New(), LogVar = New(), OtherMean = New(), OtherLogVar = New() },
            merge = new() { Mean = New(), LogVar = New(), OtherMean = New(), OtherLogVar = New() };
        kernels.GaussianKl(n, pair, 0.1f, y);
        kernels.GaussianKlBackward(n, pair, 0.1f, up, kl);
        kernels.GaussianMerge(n, pair, mean, logvar);
        kernels.GaussianMergeBackward(n, pair, up, a, merge);

        // Four rows of two flows.
        float* z = Memory.Floats(Normals(random, 4 * n)), u = Memory.Floats(Normals(random, 2 * n)),
            w = Memory.Floats(Normals(random, 2 * n)),
            bias = Memory.Floats([0.3, -0.2]), moved = Memory.Floats(4 * n), logDet = Memory.Floats(4L),
            dy = Memory.Floats(Normals(random, 4 * n)),
            dlog = Memory.Floats([1.0, -2, 0.5, 1]);
        float* dz = Memory.Floats(Enumerable.Repeat(start, 4 * n)), du = Memory.Floats(Enumerable.Repeat(start, 2 * n)),
            dw = Memory.Floats(Enumerable.Repeat(start, 2 * n)), db = Memory.Floats([start, start]);
        kernels.PlanarFlow(1, 4, 2, n, z, u, w, bias, moved, logDet);
        kernels.PlanarFlowBackward(1, 4, 2, n, z, u, w, bias, dy, dlog, dz, du, dw, db);
        return
        [
            .. Copied(y, n), .. Copied(mean, n), .. Copied(logvar, n), .. Copied(moved, 4 * n), .. Copied(logDet, 4),
            .. Copied(kl.Mean, n), .. Copied(kl.LogVar, n), .. Copied(kl.OtherMean, n), .. Copied(kl.OtherLogVar, n),
            .. Copied(merge.Mean, n), .. Copied(merge.LogVar, n), .. Copied(merge.OtherMean, n), .. Copied(merge.OtherLogVar, n),
            .. Copied(dz, 4 * n), .. Copied(du, 2 * n), .. Copied(dw, 2 * n), .. Copied(db, 2),
        ];
    }
}
