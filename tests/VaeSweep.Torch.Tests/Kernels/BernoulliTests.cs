using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>The likelihood of Bernoulli pixels.</summary>
public sealed unsafe class BernoulliTests : KernelTest
{
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Value_and_gradient_agree_with_plain_sums(string kind)
    {
        foreach (var (trials, samples, batch, columns) in new[] { (1, 1, 1, 1), (2, 3, 5, 17), (1, 1, 4, 784), (3, 2, 2, 31),
            (1, 4, 3, 64) })
        {
            var random = new Random(8);
            var rows = samples * batch;
            double[] l = Normals(random, trials * rows * columns, 5), x = [.. Normals(random, trials * batch * columns).Select(
                v => (double)(float)Plain.Sigmoid(v))];
            double Term(int i, double logit) => (x[Target(i)] * logit) - Plain.Softplus(logit);
            int Target(int i) => (((i / columns / rows * batch) + (i / columns % batch)) * columns) + (i % columns);
            float* value = Memory.Floats(trials * rows), alone = Memory.Floats(trials * rows), gradient = Memory.Floats(l.Length);
            var data = PackRows.Contiguous(Memory.Floats(x), batch, columns);

            Of(kind).Bernoulli(trials, rows, batch, columns, Memory.Floats(l), data, value, gradient);
            Of(kind).Bernoulli(trials, rows, batch, columns, Memory.Floats(l), data, alone, null);

            Near([.. Enumerable.Range(0, trials * rows).Select(r => Enumerable.Range(r * columns, columns).Sum(i =>
                Term(i, l[i])))], value, 3e-7);
            Near([.. l.Select((v, i) => (Term(i, v + 1e-5) - Term(i, v - 1e-5)) / 2e-5)], gradient, 3e-7);
            Same(Copied(value, trials * rows), Copied(alone, trials * rows));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Extreme_logits_cost_what_they_should_and_nan_passes(string kind)
    {
        float* value = Memory.Floats(3L), gradient = Memory.Floats(3L);

        Of(kind).Bernoulli(1, 3, 3, 1, Memory.Floats([200.0, -200, double.NaN]), PackRows.Contiguous(Memory.Floats([0.0, 0, 1]),
            3, 1), value, gradient);

        Assert.Equal([-200, 0, float.NaN], Copied(value, 3).Select(v => Math.Abs(v) < 1e-30f ? 0 : v));
        Assert.Equal([-1, 0, float.NaN], Copied(gradient, 3).Select(v => Math.Abs(v) < 1e-30f ? 0 : v));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rows_are_scaled_by_their_weights(string kind)
    {
        var random = new Random(9);
        double[] weight = Normals(random, 5), from = Normals(random, 5 * 37), before = Normals(random, 5 * 37);
        float* to = Memory.Floats(from.Length), grown = Memory.Floats(before);
        double[] expected = [.. from.Select((v, i) => v * weight[i / 37])];

        Of(kind).ScaleRows(5, 37, Memory.Floats(weight), Memory.Floats(from), to, false);
        Of(kind).ScaleRows(5, 37, Memory.Floats(weight), Memory.Floats(from), grown, true);

        Near(expected, to, 1e-7);
        Near([.. expected.Zip(before, (a, b) => a + b)], grown, 1e-7);
    }

    [Fact]
    public void Widths_agree_to_the_bit()
    {
        var random = new Random(10);
        double[] l = Normals(random, 7 * 101, 4), x = Lit(random, 7 * 101, 0.5);
        var results = AllFused.Select(kernels =>
        {
            float* value = Memory.Floats(7L), gradient = Memory.Floats(l.Length);
            kernels.Bernoulli(1, 7, 7, 101, Memory.Floats(l), PackRows.Contiguous(Memory.Floats(x), 7, 101), value, gradient);
            return (float[])[.. Copied(value, 7), .. Copied(gradient, l.Length)];
        }).ToArray();

        Assert.All(results, r => Same(results[0], r));
    }
}
