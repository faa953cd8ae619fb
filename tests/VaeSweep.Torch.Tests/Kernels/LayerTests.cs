using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Gates and batch normalisation.</summary>
public sealed unsafe class LayerTests : KernelTest
{
    private static readonly (int Trials, int Rows, int Columns)[] _shapes = [(1, 2, 1), (2, 5, 3), (1, 100, 16), (2, 130, 17),
        (1, 300, 50), (3, 7, 33)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gates_agree_with_plain_loops(string kind)
    {
        foreach (var n in new[] { 1, 15, 16, 50, 333 })
        {
            var random = new Random(18);
            double[] value = Normals(random, n), gate = Normals(random, n), dy = Normals(random, n);
            float* v = Memory.Floats(value), s = Memory.Floats(gate), y = Memory.Floats(n), dv = Memory.Floats(n),
                dg = Memory.Floats(n);

            Of(kind).GatedForward(n, v, s, y);
            Of(kind).GatedBackward(n, Memory.Floats(dy), v, s, dv, dg);

            Near([.. gate.Select(Plain.Sigmoid)], s, 2e-7);
            Near([.. value.Zip(gate, (a, b) => a * Plain.Sigmoid(b))], y, 2e-7);
            Near(Slopes(x => Enumerable.Range(0, n).Sum(i => dy[i] * x[i] * Plain.Sigmoid(gate[i])), value), dv, 3e-7);
            Near(Slopes(x => Enumerable.Range(0, n).Sum(i => dy[i] * value[i] * Plain.Sigmoid(x[i])), gate), dg, 3e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Batch_normalisation_agrees_with_plain_loops_by_both_kinds_of_statistics(string kind)
    {
        const double Eps = 1e-3;
        foreach (var (trials, rows, columns) in _shapes)
        {
            foreach (var (given, add, act) in new[] { (false, false, Activation.None), (true, true, Activation.Tanh),
                (false, true, Activation.Softplus) })
            {
                var random = new Random(19);
                int n = trials * rows * columns, c = trials * columns;
                double[] x = [.. Normals(random, n).Select(v => (double)(float)(v + 3))], weight = Normals(random, c),
                    bias = Normals(random, c), dy = Normals(random, n);
                double[] givenMean = Normals(random, c), givenVariance = [.. Normals(random, c).Select(v =>
                    (double)(float)((v * v) + 0.1))], before = Normals(random, c);
                float* px = Memory.Floats(x), mean = Memory.Floats(c), variance = Memory.Floats(c), y = Memory.Floats(n),
                    root = Memory.Floats(c);
                float* dx = Memory.Floats(n), dw = Memory.Floats(before), db = Memory.Floats(before), pw = Memory.Floats(weight);

                Of(kind).BatchMoments(trials, rows, columns, px, mean, variance);
                var (plainMean, plainVariance) = Moments(x);
                Near(plainMean, mean, 3e-7);
                Near(plainVariance, variance, 1e-6);
                if (given)
                {
                    mean = Memory.Floats(givenMean);
                    variance = Memory.Floats(givenVariance);
                }

                Of(kind).BatchNormForward(trials, rows, columns, px, mean, variance, pw, Memory.Floats(bias), Eps, y, root, act,
                    0);
                Of(kind).BatchNormBackward(trials, rows, columns, px, mean, root, pw, y, Memory.Floats(dy), dx, dw, db, add,
                    given, act, 0);

                double[] Before(double[] x, double[] w, double[] b)
                {
                    var (m, v) = given ? (givenMean, givenVariance) : Moments(x);
                    return [.. x.Select((value, i) => ((value - m[Column(i)]) / Math.Sqrt(v[Column(i)] + Eps) * w[Column(i)])
                        + b[Column(i)])];
                }

                double Loss(double[] x, double[] w, double[] b) =>
                    Before(x, w, b).Select((v, i) => dy[i] * Plain.Act(act, v, 0)).Sum();
                int Column(int i) => (i / columns / rows * columns) + (i % columns);
                Near([.. Before(x, weight, bias).Select(v => Plain.Act(act, v, 0))], y, 1e-6);
                Near(Grown(Slopes(w => Loss(x, w, bias), weight), add), dw, 2e-6);
                Near(Grown(Slopes(b => Loss(x, weight, b), bias), add), db, 2e-6);

                // One entry of each column is enough, and quick.
                var some = Enumerable.Range(0, n).Where(i => i % (rows * columns) / columns == (i * 7) % rows
                    || n < 200).ToArray();
                var found = some.Select(i => dx[i]).ToArray();
                var expected = some.Select(i => (Loss(Moved(x, i, 1e-5), weight, bias) - Loss(Moved(x, i, -1e-5), weight, bias))
                    / 2e-5).ToArray();
                fixed (float* p = found)
                {
                    Near(expected, p, 2e-6);
                }

                (double[] Mean, double[] Variance) Moments(double[] x)
                {
                    double[] middle = new double[c], spread = new double[c];
                    for (var i = 0; i < n; i++)
                        middle[Column(i)] += x[i] / rows;

                    for (var i = 0; i < n; i++)
                        spread[Column(i)] += (x[i] - middle[Column(i)]) * (x[i] - middle[Column(i)]) / rows;

                    return (middle, spread);
                }

                double[] Grown(double[] values, bool add) => add ? [.. values.Zip(before, (a, b) => a + b)] : values;
            }
        }

        static double[] Moved(double[] x, int i, double by)
        {
            double[] moved = [.. x];
            moved[i] += by;
            return moved;
        }
    }

    [Fact]
    public void Widths_agree_to_the_bit()
    {
        var random = new Random(20);
        double[] x = Normals(random, 150 * 37), w = Normals(random, 37), dy = Normals(random, x.Length);
        var results = AllFused.Select(kernels =>
        {
            float* px = Memory.Floats(x), mean = Memory.Floats(37L), variance = Memory.Floats(37L), y = Memory.Floats(x.Length),
                root = Memory.Floats(37L);
            float* pw = Memory.Floats(w), dx = Memory.Floats(dy), dw = Memory.Floats(37L), db = Memory.Floats(37L);
            kernels.BatchMoments(1, 150, 37, px, mean, variance);
            kernels.BatchNormForward(1, 150, 37, px, mean, variance, pw, pw, 1e-5, y, root, Activation.Sigmoid, 0);
            kernels.BatchNormBackward(1, 150, 37, px, mean, root, pw, y, dx, dx, dw, db, false, false, Activation.Sigmoid, 0);
            return (float[])[.. Copied(y, x.Length), .. Copied(dx, x.Length), .. Copied(dw, 37), .. Copied(db, 37)];
        }).ToArray();

        Assert.All(results, r => Same(results[0], r));
    }
}
