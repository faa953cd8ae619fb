namespace VaeSweep.Results.Figures;

/// <summary>Ways between two codes.</summary>
public static class LatentPath
{
    /// <summary>Below this sine of their angle two codes have no circle of their own.</summary>
    private const double Parallel = 1e-6;

    /// <param name="t">0 at the first, 1 at the second.</param>
    public static double[] Linear(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t)
    {
        var code = new double[from.Length];
        for (var i = 0; i < code.Length; i++)
        {
            code[i] = from[i] + (t * (to[i] - (double)from[i]));
        }

        return code;
    }

    /// <summary>sin((1 - t) w) / sin w of the first and sin(t w) / sin w of the second, w the angle between them; a line where they are parallel.</summary>
    /// <param name="t">0 at the first, 1 at the second.</param>
    /// <remarks>Shoemake 1985; White 2016, "Sampling generative networks".</remarks>
    public static double[] Spherical(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t)
    {
        var (dot, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i < from.Length; i++)
        {
            (dot, first, second) = (dot + ((double)from[i] * to[i]), first + ((double)from[i] * from[i]), second + ((double)to[i] * to[i]));
        }

        var lengths = Math.Sqrt(first * second);
        var angle = lengths > 0 ? Math.Acos(Math.Clamp(dot / lengths, -1, 1)) : 0;
        var sine = Math.Sin(angle);
        if (sine < Parallel)
        {
            return Linear(from, to, t);
        }

        var (a, b) = (Math.Sin((1 - t) * angle) / sine, Math.Sin(t * angle) / sine);
        var code = new double[from.Length];
        for (var i = 0; i < code.Length; i++)
        {
            code[i] = (a * from[i]) + (b * to[i]);
        }

        return code;
    }
}
