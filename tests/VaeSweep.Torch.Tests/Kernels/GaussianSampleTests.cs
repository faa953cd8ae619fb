using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>The reparameterised sample and its KL divergence.</summary>
public sealed unsafe class GaussianSampleTests : KernelTest
{
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sample_divergence_and_gradients_agree_with_plain_loops(string kind)
    {
        foreach (var (trials, batch, samples, units) in new[] { (1, 1, 1, 1), (2, 3, 4, 5), (1, 2, 1, 40), (3, 2, 2, 17),
            (1, 4, 3, 16) })
        {
            var random = new Random(11);
            int n = trials * batch * units, draws = n * samples;
            double[] mu = Normals(random, n), lv = Normals(random, n), eps = Normals(random, draws), dz = Normals(random, draws),
                dkl = Normals(random, n);
            double[] beforeMu = Normals(random, n), beforeLv = Normals(random, n);
            int Image(int i) => (((i / units / (samples * batch) * batch) + (i / units % batch)) * units) + (i % units);
            double Z(int i, double[] mu, double[] lv) => mu[Image(i)] + (Math.Exp(lv[Image(i)] / 2) * eps[i]);
            double Kl(double mu, double lv) => 0.5 * (Math.Exp(lv) + (mu * mu) - 1 - lv);
            double Loss(double[] mu, double[] lv) =>
                Enumerable.Range(0, draws).Sum(i => dz[i] * Z(i, mu, lv)) + Enumerable.Range(0, n).Sum(i =>
                    dkl[i] * Kl(mu[i], lv[i]));
            float* z = Memory.Floats(draws), kl = Memory.Floats(n), std = Memory.Floats(n), dmu = Memory.Floats(beforeMu),
                dlv = Memory.Floats(beforeLv);
            PackRows means = Rows(mu), logvars = Rows(lv), noise = PackRows.Contiguous(Memory.Floats(eps), samples * batch,
                units);

            Of(kind).SampleForward(trials, batch, samples, units, means, logvars, noise, z, kl, std);
            Of(kind).SampleBackward(trials, batch, samples, units, Memory.Floats(dz), Memory.Floats(dkl), means, noise, std, dmu,
                true, dlv, true);

            Near([.. Enumerable.Range(0, draws).Select(i => Z(i, mu, lv))], z, 3e-7);
            Near([.. mu.Zip(lv, Kl)], kl, 3e-7);
            Near([.. lv.Select(v => Math.Exp(v / 2))], std, 3e-7);
            Near([.. Slopes(v => Loss(v, lv), mu).Zip(beforeMu, (a, b) => a + b)], dmu, 1e-6);
            Near([.. Slopes(v => Loss(mu, v), lv).Zip(beforeLv, (a, b) => a + b)], dlv, 1e-6);

            PackRows Rows(double[] values) => PackRows.Contiguous(Memory.Floats(values), batch, units);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Either_upstream_may_be_missing_and_views_may_have_gaps(string kind)
    {
        var random = new Random(12);
        double[] heads = Normals(random, 6 * 8), eps = Normals(random, 6 * 4), dz = Normals(random, 6 * 4),
            dkl = Normals(random, 6 * 4);
        float* p = Memory.Floats(heads), z = Memory.Floats(24L), std = Memory.Floats(24L), dmu = Memory.Floats(24L),
            dlv = Memory.Floats(24L);
        PackRows mu = new(p, 8, 24), logvar = new(p + 4, 8, 24), noise = PackRows.Contiguous(Memory.Floats(eps), 3, 4);
        double Mu(int i) => heads[(i / 4 * 8) + (i % 4)];
        double Std(int i) => Math.Exp(heads[(i / 4 * 8) + 4 + (i % 4)] / 2);

        Of(kind).SampleForward(2, 3, 1, 4, mu, logvar, noise, z, null, std);
        Near([.. Enumerable.Range(0, 24).Select(i => Mu(i) + (Std(i) * eps[i]))], z, 3e-7);

        Of(kind).SampleBackward(2, 3, 1, 4, Memory.Floats(dz), null, mu, noise, std, dmu, false, dlv, false);
        Near(dz, dmu, 1e-7);
        Near([.. Enumerable.Range(0, 24).Select(i => dz[i] * eps[i] * Std(i) / 2)], dlv, 3e-7);

        Of(kind).SampleBackward(2, 3, 1, 4, null, Memory.Floats(dkl), mu, noise, std, dmu, false, dlv, false);
        Near([.. Enumerable.Range(0, 24).Select(i => dkl[i] * Mu(i))], dmu, 3e-7);
        Near([.. Enumerable.Range(0, 24).Select(i => dkl[i] * ((Std(i) * Std(i)) - 1) / 2)], dlv, 3e-7);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Deviations_underflow_and_overflow_as_exp_does(string kind)
    {
        double[] lv = [-400, -206, -190, 0, 170, 177.4, 400, double.NaN];
        float* z = Memory.Floats(8L), std = Memory.Floats(8L);
        var zeros = PackRows.Contiguous(Memory.Floats(new double[8]), 1, 8);

        Of(kind).SampleForward(1, 1, 1, 8, zeros, PackRows.Contiguous(Memory.Floats(lv), 1, 8), zeros, z, null, std);

        for (var i = 0; i < 8; i++)
        {
            var expected = (float)Math.Exp((float)lv[i] / 2f);
            Assert.True(expected.Equals(std[i]) || Math.Abs(expected - std[i]) <= (5e-7 * expected) + 3e-45,
                $"exp({lv[i] / 2}) is {std[i]:R}, expected {expected:R}");
        }
    }
}
