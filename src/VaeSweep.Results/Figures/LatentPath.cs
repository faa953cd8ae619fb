namespace VaeSweep.Results.Figures;

/// <summary>Ways between two codes.</summary>
public static class LatentPath
{
    /// <summary>Below this sine of their angle two codes have no arc of their own: of one direction it is straight, between
    /// opposite ones there are many.</summary>
    private const double Parallel = 1e-6;

    /// <summary>(1 - t) of the first and t of the second; on an arc sin((1 - t) w) / sin w and sin(t w) / sin w, w the angle
    /// between them.</summary>
    /// <param name="t">0 at the first, 1 at the second.</param>
    /// <remarks>Shoemake 1985; White 2016, "Sampling generative networks".</remarks>
    public static float[] Between(LatentPathKind kind, ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t)
    {
        var (a, b) = (1 - t, t);
        if (kind == LatentPathKind.Spherical)
        {
            var lengths = Math.Sqrt(Dot(from, from) * Dot(to, to));
            var angle = lengths > 0 ? Math.Acos(Math.Clamp(Dot(from, to) / lengths, -1, 1)) : 0;
            if (Math.Sin(angle) > Parallel)
                (a, b) = (Math.Sin((1 - t) * angle) / Math.Sin(angle), Math.Sin(t * angle) / Math.Sin(angle));
        }

        var code = new float[from.Length];
        for (var i = 0; i < code.Length; i++)
            code[i] = (float)((a * from[i]) + (b * to[i]));

        return code;
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];

        return sum;
    }
}
