namespace VaeSweep.Cli;

/// <summary>How codes go from one to another.</summary>
internal enum CodePathKind
{
    /// <summary>Straight.</summary>
    Linear,

    /// <summary>Along the arc between them: White, "Sampling generative networks" (2016), keeps the length that the prior expects.</summary>
    Spherical,
}

/// <summary>Paths between codes, and directions that stand for an attribute.</summary>
internal static class CodePath
{
    /// <param name="t">0 is the first, 1 the second.</param>
    public static float[] Between(CodePathKind kind, ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t)
    {
        var (a, b) = (1 - t, t);
        if (kind == CodePathKind.Spherical)
        {
            var cosine = Dot(from, to) / Math.Sqrt(Dot(from, from) * Dot(to, to));
            var angle = Math.Acos(Math.Clamp(cosine, -1, 1));
            // Between codes of one direction the arc is straight; between opposite ones there are many arcs, and the straight way is as good.
            if (double.IsFinite(angle) && Math.Sin(angle) > 1e-6)
            {
                (a, b) = (Math.Sin((1 - t) * angle) / Math.Sin(angle), Math.Sin(t * angle) / Math.Sin(angle));
            }
        }

        var code = new float[from.Length];
        for (var i = 0; i < code.Length; i++)
        {
            code[i] = (float)((a * from[i]) + (b * to[i]));
        }

        return code;
    }

    /// <summary>Mean code of the images of a class minus that of another class, or of all others: Larsen et al., "Autoencoding beyond pixels" (2016).</summary>
    /// <param name="codes">[images, units].</param>
    /// <param name="without">Null: all other classes.</param>
    public static float[] Attribute(float[] codes, int units, int[] labels, int with, int? without)
    {
        var (first, second) = (Mean(label => label == with), Mean(label => without is { } other ? label == other : label != with));
        return [.. first.Zip(second, (x, y) => (float)(x - y))];

        double[] Mean(Func<int, bool> member)
        {
            var rows = Enumerable.Range(0, labels.Length).Where(i => member(labels[i])).ToList();
            return [.. Enumerable.Range(0, units).Select(unit => rows.Average(row => (double)codes[(row * units) + unit]))];
        }
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }
}
