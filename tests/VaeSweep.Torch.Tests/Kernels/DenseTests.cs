using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Dense layers of packs, with data that is full, mostly empty and empty.</summary>
public sealed unsafe class DenseTests : KernelTest
{
    private static readonly (int Rows, int Inputs, int Outputs)[] _shapes =
    [
        (1, 1, 1), (1, 784, 10), (2, 3, 5), (13, 70, 16), (14, 16, 17), (15, 257, 33), (28, 300, 40), (29, 90, 48),
        (20, 784, 300), (33, 65, 130),
        (101, 130, 49), (513, 70, 65), (300, 12, 31),
    ];

    public static TheoryData<string, int, int, int, double, Activation> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int, int, double, Activation>();
            var at = 0;
            foreach (var kind in Kinds)
            {
                foreach (var (rows, inputs, outputs) in _shapes)
                {
                    foreach (var lit in new[] { 1, 0.13, 0 })
                        cases.Add(kind, rows, inputs, outputs, lit, (Activation)(at++ % 6));
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Value_and_gradients_agree_with_plain_sums(
        string kind, int rows, int inputs, int outputs, double lit, Activation act)
    {
        const int Trials = 2;
        const float Slope = 0.2f;
        var kernels = Of(kind);
        var random = new Random(3);
        double[] x = Lit(random, Trials * rows * inputs, lit), w = Normals(random, Trials * inputs * outputs,
            1 / Math.Sqrt(inputs));
        double[] b = Normals(random, Trials * outputs), dy = Normals(random, Trials * rows * outputs);
        double[] before = Normals(random, Trials * rows * inputs), beforeW = Normals(random, Trials * inputs * outputs),
            beforeB = Normals(random, Trials * outputs);
        var shape = new DenseShape(Trials, rows, inputs, outputs);

        double[] z = [.. PerTrial(m => Plain.Product(rows, outputs, inputs, (i, k) => x[At(m, i, k, rows, inputs)], (k, j) =>
            w[At(m, k, j, inputs, outputs)], b[(m * outputs)..((m + 1) * outputs)]))];
        double[] dz = [.. dy.Zip(z, (u, v) => u * Plain.Slope(act, v, Slope))];
        double[] dw = [.. PerTrial(m => Plain.Product(inputs, outputs, rows, (k, i) => x[At(m, i, k, rows, inputs)], (i, j) =>
            dz[At(m, i, j, rows, outputs)]))];
        double[] db = [.. PerTrial(m => Plain.Product(1, outputs, rows, (_, _) => 1, (i, j) => dz[At(m, i, j, rows, outputs)]))];
        double[] dx = [.. PerTrial(m => Plain.Product(rows, inputs, outputs, (i, j) => dz[At(m, i, j, rows, outputs)], (j, k) =>
            w[At(m, k, j, inputs, outputs)]))];

        foreach (var sparse in new[] { null, new SparseRows() })
        {
            foreach (var add in new[] { false, true })
            {
                float* px = Memory.Floats(x), pw = Memory.Floats(w), y = Memory.Floats(z.Length), upstream = Memory.Floats(dy);
                float* toX = Memory.Floats(before), toW = Memory.Floats(beforeW), toB = Memory.Floats(beforeB);
                var data = PackRows.Contiguous(px, rows, inputs);
                sparse?.Read(Trials, rows, inputs, data);

                kernels.DenseForward(shape, data, pw, Memory.Floats(b), y, act, Slope, sparse);
                var gradients = new DenseGradients { X = toX, AddX = add, W = toW, AddW = add, B = toB, AddB = add };
                kernels.DenseBackward(shape, data, pw, y, upstream, upstream, gradients, act, Slope, sparse);

                Near([.. z.Select(v => Plain.Act(act, v, Slope))], y, 4e-6);
                Near(Grown(dx, before, add), toX, 4e-6);
                Near(Grown(dw, beforeW, add), toW, 4e-6);
                Near(Grown(db, beforeB, add), toB, 4e-6);
                Assert.Equal(sparse != null && lit < 0.2 && inputs >= 65, sparse != null && sparse.IsSparse(0));
            }
        }

        IEnumerable<double> PerTrial(Func<int, double[]> of) => Enumerable.Range(0, Trials).SelectMany(of);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_trial_of_a_pack_gets_what_it_gets_alone(string kind)
    {
        var random = new Random(4);
        var kernels = Of(kind);
        double[] x = Lit(random, 3 * 40 * 200, 0.15), w = Normals(random, 3 * 200 * 70), dy = Normals(random, 3 * 40 * 70);
        x[0] = double.NaN;

        var pack = Step(3, x, w, dy);
        for (var m = 1; m < 3; m++)
        {
            var alone = Step(1, x[(m * 8000)..((m + 1) * 8000)], w[(m * 14000)..((m + 1) * 14000)],
                dy[(m * 2800)..((m + 1) * 2800)]);
            Same(pack.Y[(m * 2800)..((m + 1) * 2800)], alone.Y);
            Same(pack.Dw[(m * 14000)..((m + 1) * 14000)], alone.Dw);
        }

        Assert.True(float.IsNaN(pack.Y[0]));

        (float[] Y, float[] Dw) Step(int trials, double[] x, double[] w, double[] dy)
        {
            float* y = Memory.Floats(trials * 2800), dw = Memory.Floats(trials * 14000), up = Memory.Floats(dy);
            var data = PackRows.Contiguous(Memory.Floats(x), 40, 200);
            var sparse = new SparseRows();
            sparse.Read(trials, 40, 200, data);
            var shape = new DenseShape(trials, 40, 200, 70);
            kernels.DenseForward(shape, data, Memory.Floats(w), null, y, Activation.Tanh, 0, sparse);
            kernels.DenseBackward(shape, data, null, y, up, up, new() { W = dw }, Activation.Tanh, 0, sparse);
            return (Copied(y, trials * 2800), Copied(dw, trials * 14000));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Data_shared_by_a_pack_and_rows_with_gaps_are_read_right(string kind)
    {
        var random = new Random(5);
        var kernels = Of(kind);
        double[] x = Lit(random, 30 * 100, 0.1), w = Normals(random, 2 * 100 * 20);
        var shape = new DenseShape(2, 30, 100, 20);
        float* copied = Memory.Floats(1200), shared = Memory.Floats(1200), gaps = Memory.Floats(1200);
        var spread = Memory.Floats(Enumerable.Range(0, (29 * 107) + 100).Select(i => i % 107 < 100
            ? x[(i / 107 * 100) + (i % 107)] : 9));
        var sparse = new SparseRows();

        kernels.DenseForward(shape, PackRows.Contiguous(Memory.Floats([.. x, .. x]), 30, 100), Memory.Floats(w), null, copied,
            Activation.None, 0, null);
        kernels.DenseForward(shape, new(spread, 107, 0), Memory.Floats(w), null, gaps, Activation.None, 0, null);
        sparse.Read(2, 30, 100, new(spread, 107, 0));
        kernels.DenseForward(shape, new(spread, 107, 0), Memory.Floats(w), null, shared, Activation.None, 0, sparse);

        Same(Copied(copied, 1200), Copied(gaps, 1200));
        Same(Copied(copied, 1200), Copied(shared, 1200));
        Assert.True(sparse.IsSparse(1));
    }

    [Fact]
    public void Lists_are_given_up_where_more_than_one_entry_in_four_is_lit()
    {
        var sparse = new SparseRows();
        double[] quarter = [.. Enumerable.Range(0, 8000).Select(i => i % 4 == 0 ? 0.5 : 0)];

        sparse.Read(1, 80, 100, PackRows.Contiguous(Memory.Floats(quarter), 80, 100));
        Assert.Equal(2000, sparse.Count(0));
        quarter[1] = 1;
        sparse.Read(1, 80, 100, PackRows.Contiguous(Memory.Floats(quarter), 80, 100));
        Assert.False(sparse.IsSparse(0));
        Assert.Equal(-1, sparse.Count(0));
    }

    private static int At(int m, int i, int j, int rows, int columns) => (((m * rows) + i) * columns) + j;

    private static double[] Grown(double[] value, double[] before, bool add) =>
        add ? [.. value.Zip(before, (a, b) => a + b)] : value;
}
