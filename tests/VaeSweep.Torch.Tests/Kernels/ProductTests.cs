using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Matrix products over shapes that end in the middle of tiles, panels and vectors.</summary>
public sealed unsafe class ProductTests : KernelTest
{
    private static readonly (int M, int N, int K)[] _shapes =
    [
        (1, 1, 1), (1, 10, 784), (2, 5, 3), (7, 48, 9), (8, 32, 12), (9, 49, 16), (13, 16, 17), (14, 17, 16), (15, 33, 257),
        (28, 40, 300),
        (29, 48, 33), (31, 64, 8), (33, 100, 50), (5, 7, 0), (101, 49, 300), (513, 65, 70), (1030, 130, 12), (3, 1300, 2049),
        (20, 3, 1),
    ];

    public static TheoryData<string, int, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int, int>();
            foreach (var kind in Kinds)
            {
                foreach (var (m, n, k) in _shapes)
                    cases.Add(kind, m, n, k);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Products_agree_with_plain_sums_however_the_factors_lie(string kind, int m, int n, int k)
    {
        var kernels = Of(kind);
        var random = new Random(1);
        foreach (var (transposeA, transposeB, add, biased, gap) in new[]
        {
            (false, false, false, true, 0), (true, false, true, false, 0), (false, true, false, false, 3),
            (true, true, true, false, 5),
            (false, true, true, false, 0), (false, false, true, false, 2), (true, false, false, true, 1),
        })
        {
            double[] a = Normals(random, (long)m * k), b = Normals(random, (long)k * n), c = Normals(random, (long)m * n),
                bias = Normals(random, n);
            int lda = (transposeA ? m : k) + gap, ldb = (transposeB ? k : n) + gap, ldc = n + gap;
            var left = Memory.Floats(Spread(transposeA ? k : m, transposeA ? m : k, lda, (i, j) => transposeA ? a[(j * k) + i]
                : a[(i * k) + j]));
            var right = Memory.Floats(Spread(transposeB ? n : k, transposeB ? k : n, ldb, (i, j) => transposeB ? b[(j * n) + i]
                : b[(i * n) + j]));
            var into = Memory.Floats(Spread(m, n, ldc, (i, j) => add ? c[(i * n) + j] : double.NaN));

            kernels.Multiply(m, n, k, new(left, lda, transposeA), new(right, ldb, transposeB), biased ? Memory.Floats(bias)
                : null, add, into, ldc);

            var expected = Plain.Product(m, n, k, (i, q) => a[(i * k) + q], (q, j) => b[(q * n) + j], biased ? bias : null);
            var found = Enumerable.Range(0, m * n).Select(i => (double)into[(i / n * ldc) + (i % n)]).ToArray();
            fixed (float* actual = found.Select(v => (float)v).ToArray())
            {
                Near(add ? [.. expected.Zip(c, (x, y) => x + y)] : expected, actual, 4e-7 * Math.Sqrt(k + 1));
            }

            // The gaps between rows keep what was there.
            for (var i = 0; i < m - 1; i++)
            {
                for (var j = n; j < ldc; j++)
                    Assert.Equal(77f, into[(i * ldc) + j]);
            }
        }
    }

    [Fact]
    public void An_entry_depends_neither_on_its_tile_nor_on_the_width()
    {
        var random = new Random(2);
        double[] a = Normals(random, 29 * 133), b = Normals(random, 133 * 75);
        var results = AllFused.Select(k => Product(k, 29, 75, 133, Memory.Floats(a), Memory.Floats(b))).ToArray();

        Assert.All(results, r => Same(results[0], r));
        foreach (var kernels in AllFused.Append(Of("base")))
        {
            var whole = Product(kernels, 29, 75, 133, Memory.Floats(a), Memory.Floats(b));
            var lastRow = Product(kernels, 1, 75, 133, Memory.Floats(a[(28 * 133)..]), Memory.Floats(b));
            Same(whole[(28 * 75)..], lastRow);
        }
    }

    private float[] Product(IKernels kernels, int m, int n, int k, float* a, float* b)
    {
        var c = Memory.Floats((long)m * n);
        kernels.Multiply(m, n, k, new(a, k), new(b, n), null, false, c, n);
        return Copied(c, (long)m * n);
    }

    // Rows of a matrix with gaps between them, but none after the last.
    private static IEnumerable<double> Spread(int rows, int columns, int ld, Func<int, int, double> at) =>
        Enumerable.Range(0, rows == 0 ? 0 : ((rows - 1) * ld) + columns).Select(i => i % ld < columns ? at(i / ld, i % ld) : 77);
}
