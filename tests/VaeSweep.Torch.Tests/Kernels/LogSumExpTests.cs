using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Logarithms of sums of exponentials, along the last dimension and along one before it.</summary>
public sealed unsafe class LogSumExpTests : KernelTest
{
    private static readonly (int Outer, int Count, int Inner)[] _shapes = [(1, 1, 1), (3, 7, 1), (2, 16, 1), (4, 500, 1),
        (2, 5, 3), (1, 50, 100), (3, 2, 16), (2, 33, 17)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Values_and_gradients_agree_with_plain_sums(string kind)
    {
        foreach (var (outer, count, inner) in _shapes)
        {
            foreach (var mean in new[] { false, true })
            {
                var random = new Random(16);
                double[] a = [.. Normals(random, outer * count * inner, 30).Select(v => v - 500)],
                    up = Normals(random, outer * inner), before = Normals(random, a.Length);
                var value = Plain(a);
                double[] share = [.. a.Select((v, i) => Math.Exp(v - value[At(i)] - (mean ? Math.Log(count) : 0)) * up[At(i)])];
                float* f = Memory.Floats(value.Length), df = Memory.Floats(a.Length), fa = Memory.Floats(a),
                    grown = Memory.Floats(before);
                double* d = Memory.Doubles(value.Length), dd = Memory.Doubles(a.Length), da = Memory.Doubles(a);

                Of(kind).LogSumExp(outer, count, inner, fa, mean, f);
                Of(kind).LogSumExp(outer, count, inner, da, mean, d);
                Of(kind).LogSumExpBackward(outer, count, inner, fa, f, Memory.Floats(up), mean, df, false);
                Of(kind).LogSumExpBackward(outer, count, inner, fa, f, Memory.Floats(up), mean, grown, true);
                Of(kind).LogSumExpBackward(outer, count, inner, da, d, Memory.Doubles(up), mean, dd, false);

                Near(value, f, 1.5e-7);
                Near(share, df, 1.2e-4);
                Near([.. share.Zip(before, (x, y) => x + y)], grown, 1.2e-4);
                for (var i = 0; i < value.Length; i++)
                    Assert.Equal(value[i], d[i], 4e-13);

                for (var i = 0; i < a.Length; i++)
                    Assert.Equal(share[i], dd[i], 1e-12);

                double[] Plain(double[] a) => [.. Enumerable.Range(0, outer * inner).Select(o =>
                {
                    var column = Enumerable.Range(0, count).Select(k =>
                        a[(((o / inner * count) + k) * inner) + (o % inner)]).ToArray();
                    return column.Max() + Math.Log(column.Sum(v => Math.Exp(v - column.Max()))) - (mean ? Math.Log(count) : 0);
                })];
                int At(int i) => (i / inner / count * inner) + (i % inner);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Infinities_and_nan_come_out_as_they_should(string kind)
    {
        const double Inf = double.PositiveInfinity;
        double[][] rows =
        [
            [-Inf, -Inf, -Inf], [-Inf, 2, -Inf], [Inf, 1, 2], [Inf, -Inf, Inf], [double.NaN, 1, 2], [1, double.NaN, Inf],
            [-Inf, double.NaN, -Inf], [1000, 1000, -1000],
            [2, -Inf, double.NaN], [-1e30, -1e30, -1e30],
        ];
        double[] expected = [-Inf, 2, Inf, Inf, double.NaN, double.NaN, double.NaN, 1000 + Math.Log(2), double.NaN, -1e30];
        var n = rows.Length;
        var flat = rows.SelectMany(r => r).ToArray();
        var turned = Enumerable.Range(0, 3).SelectMany(k => rows.Select(r => r[k])).ToArray();
        float* f = Memory.Floats(n), columns = Memory.Floats(n);
        var d = Memory.Doubles(n);

        Of(kind).LogSumExp(n, 3, 1, Memory.Floats(flat), false, f);
        Of(kind).LogSumExp(1, 3, n, Memory.Floats(turned), false, columns);
        Of(kind).LogSumExp(n, 3, 1, Memory.Doubles(flat), false, d);

        for (var i = 0; i < n; i++)
        {
            foreach (var actual in new[] { f[i], columns[i], d[i] })
            {
                Assert.True(expected[i].Equals(actual) || Math.Abs(expected[i] - actual) <= 2e-7 * Math.Abs(expected[i]),
                    $"row {i} is {actual}, expected {expected[i]}");
            }
        }

        // Nothing but minus infinities: no share for anybody, instead of NaN.
        var da = Memory.Floats(3L);
        Of(kind).LogSumExpBackward(1, 3, 1, Memory.Floats(rows[0]), Memory.Floats([-Inf]), Memory.Floats([1.0]), false, da,
            false);
        Assert.Equal([0, 0, 0], Copied(da, 3));
        Of(kind).LogSumExpBackward(1, 3, 1, Memory.Floats(rows[4]), Memory.Floats([double.NaN]), Memory.Floats([1.0]), false, da,
            false);
        Assert.All(Copied(da, 3), v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void Widths_agree_to_the_bit()
    {
        var a = Normals(new Random(17), 6 * 77, 10);
        var results = AllFused.Select(kernels =>
        {
            float* f = Memory.Floats(6L), g = Memory.Floats(77L);
            var d = Memory.Doubles(6L);
            kernels.LogSumExp(6, 77, 1, Memory.Floats(a), true, f);
            kernels.LogSumExp(1, 6, 77, Memory.Floats(a), true, g);
            kernels.LogSumExp(6, 77, 1, Memory.Doubles(a), true, d);
            return (double[])[.. Copied(f, 6), .. Copied(g, 77), .. Copied(d, 6)];
        }).ToArray();

        Assert.All(results, r => Assert.Equal(results[0], r));
    }
}
