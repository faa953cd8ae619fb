using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Adam's pass over memory.</summary>
public sealed unsafe class AdamKernelTests : KernelTest
{
    public static TheoryData<string, EpsilonForm> Cases
    {
        get
        {
            var cases = new TheoryData<string, EpsilonForm>();
            foreach (var kind in Kinds)
            {
                cases.Add(kind, EpsilonForm.Torch);
                cases.Add(kind, EpsilonForm.Hat);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_follow_the_formula_of_the_paper(string kind, EpsilonForm form)
    {
        const double Lr = 0.01, Beta1 = 0.9, Beta2 = 0.999, Eps = 1e-4, Scale = 0.5;
        foreach (var n in new[] { 1, 15, 16, 17, 100, 4096, 4099, 9000 })
        {
            var random = new Random(13);
            var start = Normals(random, n);
            double[] p = [.. start], m = new double[n], v = new double[n];
            float* pp = Memory.Floats(p), pm = Memory.Floats(m), pv = Memory.Floats(v);
            for (var step = 1; step <= 5; step++)
            {
                var g = Normals(random, n, Math.Pow(10, step - 3));
                var squares = Of(kind).Adam(n, pp, Memory.Floats(g), pm, pv, AdamCoefficients.At(step, Lr, Beta1, Beta2, Eps,
                    form, Scale));

                for (var i = 0; i < n; i++)
                {
                    var scaled = g[i] * Scale;
                    m[i] = (Beta1 * m[i]) + ((1 - Beta1) * scaled);
                    v[i] = (Beta2 * v[i]) + ((1 - Beta2) * scaled * scaled);
                    double correct1 = 1 - Math.Pow(Beta1, step), correct2 = Math.Sqrt(1 - Math.Pow(Beta2, step));
                    p[i] -= form == EpsilonForm.Torch
                        ? Lr * (m[i] / correct1) / ((Math.Sqrt(v[i]) / correct2) + Eps)
                        : Lr * correct2 / correct1 * m[i] / (Math.Sqrt(v[i]) + Eps);
                }

                Assert.Equal(g.Sum(x => x * x), squares, g.Sum(x => x * x) * 1e-6);
                Assert.Equal(squares, Of(kind).Squares(n, Memory.Floats(g)), squares * 1e-6);
            }

            for (var i = 0; i < n; i++)
            {
                // Of the way gone, not of where it ends.
                Assert.InRange(Math.Abs(pp[i] - p[i]), 0, (2e-6 * Math.Abs(p[i] - start[i])) + (2e-7 * (1 + Math.Abs(p[i]))));
                Assert.InRange(Math.Abs(pm[i] - m[i]), 0, 1e-6 * (1 + Math.Abs(m[i])));
                Assert.InRange(Math.Abs(pv[i] - v[i]), 0, 2e-6 * (Math.Abs(v[i]) + 1e-9));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Steps_in_double_precision_follow_the_formula_too(string kind)
    {
        const int N = 4101;
        var random = new Random(24);
        double[] p = Normals(random, N), m = Normals(random, N, 0.1), v = [.. Normals(random, N).Select(x => x * x)],
            g = Normals(random, N);
        double* pp = Memory.Doubles(p), pm = Memory.Doubles(m), pv = Memory.Doubles(v);
        var c = new AdamCoefficients(0.9, 0.99, 0.01, 1.5, 1e-3, 0.3);

        var squares = Of(kind).Adam(N, pp, Memory.Doubles(g), pm, pv, c);

        for (var i = 0; i < N; i++)
        {
            var scaled = 0.3 * g[i];
            double first = (0.9 * m[i]) + (0.1 * scaled), second = (0.99 * v[i]) + (0.01 * scaled * scaled);
            Assert.Equal(first, pm[i], 1e-14);
            Assert.Equal(second, pv[i], 1e-14 * (1 + second));
            Assert.Equal(p[i] - (0.01 * first / ((Math.Sqrt(second) * 1.5) + 1e-3)), pp[i], 1e-13);
        }

        Assert.Equal(g.Sum(x => x * x), squares, 1e-9);
        Assert.Equal(squares, Of(kind).Squares(N, Memory.Doubles(g)), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_are_scaled_and_cut_off_and_nan_passes(string kind)
    {
        double[] g = [.. Normals(new Random(25), 20), double.NaN, double.PositiveInfinity];
        float* f = Memory.Floats(g), scaled = Memory.Floats(g);
        var d = Memory.Doubles(g);

        Of(kind).ShapeGradient(g.Length, f, 2, 1);
        Of(kind).ShapeGradient(g.Length, d, 2, 1);
        Of(kind).ShapeGradient(g.Length, scaled, 2, double.PositiveInfinity);

        Assert.Equal(g.Select(v => Math.Clamp(2 * v, -1, 1)), Copied(f, g.Length).Select(v => (double)v));
        Assert.Equal(g.Select(v => Math.Clamp(2 * v, -1, 1)), Copied(d, g.Length));
        Assert.Equal(g.Select(v => 2 * v), Copied(scaled, g.Length).Select(v => (double)v));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_root_and_the_quotient_are_good_to_the_last_places(string kind)
    {
        // p = -m / sqrt(v) for v over all sizes: with betas of 1 the moments stay as they are.
        double[] v = [.. Enumerable.Range(0, 20_000).Select(i => (double)(float)(1e-35 * Math.Exp(i * 0.0082)))];
        var m = Normals(new Random(14), v.Length);
        var p = Memory.Floats(new double[v.Length]);

        Of(kind).Adam(v.Length, p, Memory.Floats(new double[v.Length]), Memory.Floats(m), Memory.Floats(v),
            new(1, 1, 1, 1, 0, 1));

        for (var i = 0; i < v.Length; i++)
        {
            var expected = -(float)m[i] / Math.Sqrt((float)v[i]);
            Assert.InRange(Math.Abs(p[i] - expected), 0, 3e-7 * Math.Abs(expected));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Moments_end_before_denormal_numbers_and_nan_passes(string kind)
    {
        double[] tiny = [1e-36, -1e-37, 1e-38, 0, double.NaN, 1e-30];
        float* p = Memory.Floats(new double[6]), m = Memory.Floats(tiny), v = Memory.Floats(tiny.Select(Math.Abs));

        var squares = Of(kind).Adam(6, p, Memory.Floats(new double[6]), m, v, AdamCoefficients.At(1000, 1e-3, 0.9, 0.999, 1e-8,
            EpsilonForm.Torch));

        Assert.Equal([0, 0, 0, 0, float.NaN], Copied(m, 5));
        Assert.Equal([1e-36f, 1e-36f, 1e-36f, 1e-36f, float.NaN], Copied(v, 5));
        Assert.Equal([0.9e-30, 0.999e-30], [m[5], v[5]], (a, b) => Math.Abs(a - b) < 1e-36);
        Assert.Equal([0, 0, 0, 0, float.NaN], Copied(p, 5));
        Assert.InRange(p[5], -1e-24f, 0);
        Assert.Equal(0, squares);
    }

    [Fact]
    public void Widths_agree_to_the_bit()
    {
        var random = new Random(15);
        double[] g = Normals(random, 5003), m = Normals(random, 5003, 0.1), v = [.. Normals(random, 5003).Select(x => x * x)];
        var results = AllFused.Select(kernels =>
        {
            float* p = Memory.Floats(new double[5003]), first = Memory.Floats(m), second = Memory.Floats(v);
            var squares = kernels.Adam(5003, p, Memory.Floats(g), first, second, AdamCoefficients.At(3, 1e-3, 0.9, 0.999, 1e-8,
                EpsilonForm.Torch));
            return (float[])[.. Copied(p, 5003), .. Copied(first, 5003), .. Copied(second, 5003), (float)squares,
                (float)kernels.Squares(5003, Memory.Floats(g))];
        }).ToArray();

        Assert.All(results, r => Same(results[0], r));
    }
}
