using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Activations and their derivatives from the value.</summary>
public sealed unsafe class ActivationTests : KernelTest
{
    private const float Slope = 0.3f;

    public static TheoryData<string, Activation> Cases
    {
        get
        {
            var cases = new TheoryData<string, Activation>();
            foreach (var kind in Kinds)
            {
                foreach (var activation in Enum.GetValues<Activation>())
                    cases.Add(kind, activation);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Activations_are_accurate_from_end_to_end(string kind, Activation act)
    {
        double[] x = [.. Enumerable.Range(0, 200_001).Select(i => (double)(float)(-110 + (i * 220.0 / 200_000)))];
        double[] tiny = [.. Enumerable.Range(1, 1000).Select(i =>
            (double)(float)(1e-30 * Math.Exp(i * 0.069) * (i % 2 == 0 ? 1 : -1)))];
        double[] all = [.. x, .. tiny];
        var y = Memory.Floats(all);

        Of(kind).Activate(all.Length, y, act, Slope);

        for (var i = 0; i < all.Length; i++)
        {
            // Relative to the value down to 1e-30, below which nothing depends on it any more.
            var expected = Plain.Act(act, all[i], Slope);
            Assert.InRange(Math.Abs(y[i] - expected) / (Math.Abs(expected) + 1e-30), 0, 2.5e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Derivatives_and_their_column_sums_follow_from_the_value(string kind, Activation act)
    {
        foreach (var (rows, columns) in new[] { (1, 1), (3, 7), (5, 16), (2, 33), (300, 50), (129, 64), (257, 5) })
        {
            var random = new Random(6);
            double[] x = Normals(random, rows * columns, 2), up = Normals(random, rows * columns),
                start = Normals(random, columns);
            var values = x.Select(v => Plain.Act(act, v, Slope)).ToArray();
            float* y = Memory.Floats(values), upstream = Memory.Floats(up), g = Memory.Floats(up.Length),
                sums = Memory.Floats(start);
            double[] expected = [.. up.Zip(x, (u, v) => u * Plain.Slope(act, v, Slope))];

            Of(kind).ActivateBackward(rows, columns, y, upstream, g, sums, true, act, Slope);

            Near(expected, g, 5e-7);
            Near([.. Enumerable.Range(0, columns).Select(j => start[j] + Enumerable.Range(0, rows).Sum(i =>
                expected[(i * columns) + j]))], sums, 1e-6);
            var fresh = Memory.Floats(columns);
            Of(kind).ActivateBackward(rows, columns, y, upstream, upstream, fresh, false, act, Slope);
            Near([.. Enumerable.Range(0, columns).Select(j => (double)sums[j] - start[j])], fresh, 1e-6);
            Same(Copied(g, up.Length), Copied(upstream, up.Length));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Infinities_and_nan_are_not_hidden(string kind)
    {
        float[] Of(Activation act)
        {
            var y = Memory.Floats([double.PositiveInfinity, double.NegativeInfinity, double.NaN]);
            KernelTest.Of(kind).Activate(3, y, act, 0.5f);
            return [.. Copied(y, 3).Select(v => Math.Abs(v) < 1e-30f ? 0 : v)];
        }

        Assert.Equal([float.PositiveInfinity, 0, float.NaN], Of(Activation.Softplus));
        Assert.Equal([float.PositiveInfinity, 0, float.NaN], Of(Activation.Relu));
        Assert.Equal([float.PositiveInfinity, float.NegativeInfinity, float.NaN], Of(Activation.LeakyRelu));
        Assert.Equal([1, -1, float.NaN], Of(Activation.Tanh));
        Assert.Equal([1, 0, float.NaN], Of(Activation.Sigmoid));
    }

    [Theory]
    [MemberData(nameof(ActivationsAlone))]
    public void Widths_agree_to_the_bit(Activation act)
    {
        var x = Normals(new Random(7), 30 * 45, 4);
        var results = AllFused.Select(kernels =>
        {
            float* y = Memory.Floats(x), sums = Memory.Floats(45L);
            kernels.Activate(x.Length, y, act, Slope);
            kernels.ActivateBackward(30, 45, y, Memory.Floats(x), Memory.Floats(x.Length), sums, false, act, Slope);
            return (float[])[.. Copied(y, x.Length), .. Copied(sums, 45)];
        }).ToArray();

        Assert.All(results, r => Same(results[0], r));
    }

    public static TheoryData<Activation> ActivationsAlone => [.. Enum.GetValues<Activation>()];

    [Fact]
    public void An_unknown_activation_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Of("base").Activate(1, Memory.Floats([1.0]), (Activation)99, 0));
}
