using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Kernels;

/// <summary>The reparameterised sample of a diagonal Gaussian with its analytic KL divergence.</summary>
internal static unsafe class GaussianSample<V>
    where V : unmanaged, IVector<V, float>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static void Forward(
        int trials, int batch, int samples, int units, PackRows mu, PackRows logvar, PackRows eps, float* z, float* kl,
        float* std)
    {
        if (IsOneRow(batch, samples, units, mu, logvar, eps))
            (batch, units) = (1, batch * units);

        for (var m = 0; m < trials; m++)
        {
            for (var b = 0; b < batch; b++)
            {
                var at = (((nint)m * batch) + b) * units;
                Moments(units, mu.At(m, b), logvar.At(m, b), kl == null ? null : kl + at, std + at);
                for (var k = 0; k < samples; k++)
                {
                    var row = (k * batch) + b;
                    Draw(units, mu.At(m, b), std + at, eps.At(m, row), z + ((((nint)m * samples * batch) + row) * units));
                }
            }
        }
    }

    public static void Backward(
        int trials, int batch, int samples, int units, float* dz, float* dkl, PackRows mu, PackRows eps, float* std,
        float* dmu, bool addMu, float* dlogvar, bool addLogvar)
    {
        if (IsOneRow(batch, samples, units, mu, mu, eps))
            (batch, units) = (1, batch * units);

        for (var m = 0; m < trials; m++)
        {
            for (var b = 0; b < batch; b++)
            {
                var at = (((nint)m * batch) + b) * units;
                KlGradient(units, dkl == null ? null : dkl + at, mu.At(m, b), std + at, dmu + at, addMu, dlogvar + at, addLogvar);
                for (var k = 0; dz != null && k < samples; k++)
                {
                    var row = (k * batch) + b;
                    SampleGradient(units, dz + ((((nint)m * samples * batch) + row) * units), eps.At(m, row), std + at, dmu + at,
                        dlogvar + at);
                }
            }
        }
    }

    // Rows without gaps are done as one, whose last vector alone is cut.
    private static bool IsOneRow(int batch, int samples, int units, PackRows a, PackRows b, PackRows c) =>
        samples == 1 && a.RowStride == units && b.RowStride == units && c.RowStride == units
            && (long)batch * units < int.MaxValue;

    /// <summary>std = exp(lv / 2), kl = 1/2 (exp(lv) + mu^2 - 1 - lv).</summary>
    [MethodImpl(Hot)]
    private static void Moments(int n, float* mu, float* logvar, float* kl, float* std)
    {
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            var divergence = Moments(V.Load(mu + i), V.Load(logvar + i), out var deviation);
            V.Store(deviation, std + i);
            if (kl != null)
                V.Store(divergence, kl + i);
        }

        if (i < n)
        {
            var divergence = Moments(V.Load(mu + i, n - i), V.Load(logvar + i, n - i), out var deviation);
            V.Store(deviation, std + i, n - i);
            if (kl != null)
                V.Store(divergence, kl + i, n - i);
        }
    }

    [MethodImpl(Inline)]
    private static V Moments(V mu, V logvar, out V deviation)
    {
        deviation = Functions<V>.Exp(V.All(0.5f) * logvar);
        return V.All(0.5f) * (V.Fma(deviation, deviation, mu * mu) - V.All(1) - logvar);
    }

    [MethodImpl(Hot)]
    private static void Draw(int n, float* mu, float* std, float* eps, float* z)
    {
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
            V.Store(V.Fma(V.Load(std + i), V.Load(eps + i), V.Load(mu + i)), z + i);

        if (i < n)
            V.Store(V.Fma(V.Load(std + i, n - i), V.Load(eps + i, n - i), V.Load(mu + i, n - i)), z + i, n - i);
    }

    private static void KlGradient(
        int n, float* dkl, float* mu, float* std, float* dmu, bool addMu, float* dlogvar, bool addLogvar)
    {
        if (!addMu)
            new Span<float>(dmu, n).Clear();

        if (!addLogvar)
            new Span<float>(dlogvar, n).Clear();

        if (dkl != null)
            KlGradient(n, dkl, mu, std, dmu, dlogvar);
    }

    /// <summary>dmu += dkl mu, dlogvar += dkl (exp(lv) - 1) / 2.</summary>
    [MethodImpl(Hot)]
    private static void KlGradient(int n, float* dkl, float* mu, float* std, float* dmu, float* dlogvar)
    {
        V half = V.All(0.5f), one = V.All(1);
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            V upstream = V.Load(dkl + i), deviation = V.Load(std + i);
            V.Store(V.Fma(upstream, V.Load(mu + i), V.Load(dmu + i)), dmu + i);
            V.Store(V.Fma(half * upstream, V.Fma(deviation, deviation, -one), V.Load(dlogvar + i)), dlogvar + i);
        }

        if (i < n)
        {
            V upstream = V.Load(dkl + i, n - i), deviation = V.Load(std + i, n - i);
            V.Store(V.Fma(upstream, V.Load(mu + i, n - i), V.Load(dmu + i, n - i)), dmu + i, n - i);
            V.Store(V.Fma(half * upstream, V.Fma(deviation, deviation, -one), V.Load(dlogvar + i, n - i)), dlogvar + i, n - i);
        }
    }

    /// <summary>dmu += dz, dlogvar += dz eps std / 2.</summary>
    [MethodImpl(Hot)]
    private static void SampleGradient(int n, float* dz, float* eps, float* std, float* dmu, float* dlogvar)
    {
        var half = V.All(0.5f);
        var i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            var upstream = V.Load(dz + i);
            V.Store(V.Load(dmu + i) + upstream, dmu + i);
            V.Store(V.Fma(half * upstream * V.Load(eps + i), V.Load(std + i), V.Load(dlogvar + i)), dlogvar + i);
        }

        if (i < n)
        {
            var upstream = V.Load(dz + i, n - i);
            V.Store(V.Load(dmu + i, n - i) + upstream, dmu + i, n - i);
            V.Store(V.Fma(half * upstream * V.Load(eps + i, n - i), V.Load(std + i, n - i), V.Load(dlogvar + i, n - i)),
                dlogvar + i, n - i);
        }
    }
}
