using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Gaussian and discretised logistic densities.</summary>
public sealed unsafe class DensityKernelTests : KernelTest
{
    private static readonly (int Trials, int Samples, int Batch, int Columns)[] _shapes = [(1, 1, 1, 1), (2, 3, 2, 5),
        (1, 2, 3, 40), (2, 1, 2, 17), (1, 1, 2, 16)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gaussians_agree_with_plain_sums_whoever_has_the_samples(string kind)
    {
        foreach (var (trials, samples, batch, columns) in _shapes)
        {
            foreach (var (sx, sm, sl) in new[] { (true, true, true), (true, false, false), (false, true, true),
                (false, true, false) })
            {
                var random = new Random(21);
                int rows = samples * batch, all = trials * rows * columns;
                int Rows(bool each) => each ? rows : batch;
                double[] x = Normals(random, trials * Rows(sx) * columns), mean = Normals(random, trials * Rows(sm) * columns),
                    lv = Normals(random, trials * Rows(sl) * columns);
                double[] up = Normals(random, trials * rows), startX = Normals(random, x.Length),
                    startM = Normals(random, mean.Length), startL = Normals(random, lv.Length);
                int At(int i, int count) => (((i / columns / rows * count) + (i / columns % count)) * columns) + (i % columns);
                double Term(int i, double[] x, double[] m, double[] l)
                {
                    double distance = x[At(i, Rows(sx))] - m[At(i, Rows(sm))], logvar = l[At(i, Rows(sl))];
                    return -0.5 * (Math.Log(2 * Math.PI) + logvar + (distance * distance * Math.Exp(-logvar)));
                }

                double Loss(double[] x, double[] m, double[] l) =>
                    Enumerable.Range(0, all).Sum(i => up[i / columns] * Term(i, x, m, l));
                float* px = Memory.Floats(x), pm = Memory.Floats(mean), pl = Memory.Floats(lv),
                    value = Memory.Floats(trials * rows), pu = Memory.Floats(up);
                float* dx = Memory.Floats(startX), dm = Memory.Floats(startM), dl = Memory.Floats(startL),
                    alone = Memory.Floats(startM);
                PackRows Of(float* p, bool each) => PackRows.Contiguous(p, Rows(each), columns);

                KernelTest.Of(kind).Gaussian(trials, rows, columns, Of(px, sx), Rows(sx), Of(pm, sm), Rows(sm), Of(pl, sl),
                    Rows(sl), value);
                KernelTest.Of(kind).GaussianBackward(trials, rows, columns, Of(px, sx), Rows(sx), Of(pm, sm), Rows(sm),
                    Of(pl, sl), Rows(sl), pu, dx, dm, dl);
                KernelTest.Of(kind).GaussianBackward(trials, rows, columns, Of(px, sx), Rows(sx), Of(pm, sm), Rows(sm),
                    Of(pl, sl), Rows(sl), pu, null, alone, null);

                Near([.. Enumerable.Range(0, trials * rows).Select(r => Enumerable.Range(r * columns, columns).Sum(i =>
                    Term(i, x, mean, lv)))], value, 5e-7);
                Near([.. Slopes(v => Loss(v, mean, lv), x).Zip(startX, (a, b) => a + b)], dx, 2e-6);
                Near([.. Slopes(v => Loss(x, v, lv), mean).Zip(startM, (a, b) => a + b)], dm, 2e-6);
                Near([.. Slopes(v => Loss(x, mean, v), lv).Zip(startL, (a, b) => a + b)], dl, 2e-6);
                Same(Copied(dm, mean.Length), Copied(alone, mean.Length));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logistic_pixels_agree_with_plain_sums(string kind)
    {
        foreach (var (trials, samples, batch, columns) in _shapes)
        {
            foreach (var open in new[] { false, true })
            {
                var random = new Random(22);
                int rows = samples * batch, all = trials * rows * columns;

                // Means and scales far enough from where they are clamped that differences do not step over, and some beyond.
                double[] mean = [.. Normals(random, all, 2).Select((v, i) => i % 7 == 0 ? v * 20 : v)],
                    scale = [.. Normals(random, all).Select((v, i) => i % 5 == 0 ? 0.5 : i % 11 == 0 ? -6 : -2.5 + (0.5 * v))];
                double[] x = [.. Enumerable.Range(0, trials * batch * columns).Select(i =>
                    (double)(float)(i % 3 == 0 ? 0 : i % 4 == 0 ? 1 : random.NextDouble()))];
                double Term(int i, double m, double s) =>
                    Mass(x[(((i / columns / rows * batch) + (i / columns % batch)) * columns) + (i % columns)], m, s, open);
                float* value = Memory.Floats(trials * rows), alone = Memory.Floats(trials * rows), dm = Memory.Floats(all),
                    ds = Memory.Floats(all);
                var data = PackRows.Contiguous(Memory.Floats(x), batch, columns);

                Of(kind).Logistic(trials, rows, batch, columns, Memory.Floats(mean), Memory.Floats(scale), data, open, value, dm,
                    ds);
                Of(kind).Logistic(trials, rows, batch, columns, Memory.Floats(mean), Memory.Floats(scale), data, open, alone,
                    null, null);

                Near([.. Enumerable.Range(0, trials * rows).Select(r => Enumerable.Range(r * columns, columns).Sum(i =>
                    Term(i, mean[i], scale[i])))], value, 1e-6);

                Near([.. mean.Select((v, i) => (Term(i, v + 1e-5, scale[i]) - Term(i, v - 1e-5, scale[i])) / 2e-5)], dm, 3e-6);
                Near([.. scale.Select((v, i) => (Term(i, mean[i], v + 1e-5) - Term(i, mean[i], v - 1e-5)) / 2e-5)], ds, 3e-6);
                Same(Copied(value, trials * rows), Copied(alone, trials * rows));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_256_masses_of_open_bins_add_up_to_one_and_nan_passes(string kind)
    {
        double[] x = [.. Enumerable.Range(0, 256).Select(v => v / 255.0)];
        var value = Memory.Floats(256L);

        Of(kind).Logistic(1, 256, 256, 1, Memory.Floats(Enumerable.Repeat(-0.7, 256)),
            Memory.Floats(Enumerable.Repeat(-2.0, 256)), PackRows.Contiguous(Memory.Floats(x), 256, 1), true, value, null, null);
        Assert.Equal(1, Copied(value, 256).Sum(v => Math.Exp(v)), 1e-5);

        foreach (var open in new[] { false, true })
        {
            float* dm = Memory.Floats(2L), ds = Memory.Floats(2L);
            Of(kind).Logistic(1, 2, 2, 1, Memory.Floats([double.NaN, 0]), Memory.Floats([0.0, 0]),
                PackRows.Contiguous(Memory.Floats([0.5, 0.5]), 2, 1), open, value, dm, ds);
            Assert.True(float.IsNaN(value[0]) && float.IsFinite(value[1]) && float.IsNaN(dm[0]) && float.IsFinite(dm[1]));
        }
    }

    [Fact]
    public void Widths_agree_to_the_bit()
    {
        var random = new Random(23);
        double[] a = Normals(random, 4 * 45), b = Normals(random, 4 * 45), c = Normals(random, 4 * 45),
            x = [.. Normals(random, 4 * 45).Select(Plain.Sigmoid)];
        var results = AllFused.Select(kernels =>
        {
            float* value = Memory.Floats(12L), dm = Memory.Floats(new double[180]), ds = Memory.Floats(new double[180]),
                dl = Memory.Floats(new double[180]);
            PackRows pa = PackRows.Contiguous(Memory.Floats(a), 4, 45), pb = PackRows.Contiguous(Memory.Floats(b), 4, 45),
                pc = PackRows.Contiguous(Memory.Floats(c), 4, 45);
            kernels.Gaussian(1, 4, 45, pa, 4, pb, 4, pc, 4, value);
            kernels.GaussianBackward(1, 4, 45, pa, 4, pb, 4, pc, 4, value, null, null, dl);
            kernels.Logistic(1, 4, 4, 45, Memory.Floats(a), Memory.Floats(b), PackRows.Contiguous(Memory.Floats(x), 4, 45), true,
                value + 4, dm, ds);
            kernels.Logistic(1, 4, 4, 45, Memory.Floats(a), Memory.Floats(b), PackRows.Contiguous(Memory.Floats(x), 4, 45),
                false, value + 8, dm, ds);
            return (float[])[.. Copied(value, 12), .. Copied(dm, 180), .. Copied(ds, 180), .. Copied(dl, 180)];
        }).ToArray();

        Assert.All(results, r => Same(results[0], r));
    }

    // In doubles, but as the kernel does: the grey value's lower edge, mean and scale kept within their bounds.
    private static double Mass(double x, double meanLogit, double logScale, bool open)
    {
        double grey = Math.Clamp(Math.Floor(x * 256), 0, 255), inverse = Math.Exp(-Math.Clamp(logScale, -4.5, 0));
        var mean = Math.Clamp(Plain.Sigmoid(meanLogit), 1.0 / 512, 1 - (1.0 / 512));
        double below = ((grey / 256) - mean) * inverse, above = below + (inverse / 256);
        // By the tails, where the sigmoids are small and their difference keeps its digits.
        var mass = below > 0 ? Plain.Sigmoid(-below) - Plain.Sigmoid(-above) : Plain.Sigmoid(above) - Plain.Sigmoid(below);
        if (open)
        {
            return grey == 0 ? Math.Log(Plain.Sigmoid(above))
                : grey == 255 ? Math.Log(Plain.Sigmoid(-below))
                : Math.Log(mass);
        }

        return Math.Log(mass + 1e-7);
    }
}
