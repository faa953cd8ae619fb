namespace VaeSweep.Results.Figures;

/// <summary>Directions of a latent space that stand for an attribute: the mean code of images that have it minus that of images
/// that have it not.</summary>
/// <remarks>Larsen et al. 2016, "Autoencoding beyond pixels using a learned similarity metric"; White 2016, "Sampling generative
/// networks".</remarks>
public static class LatentDirection
{
    /// <param name="codes">[images, units].</param>
    /// <param name="with">Rows of the images that have it.</param>
    public static float[] Of(float[] codes, int units, IEnumerable<int> with, IEnumerable<int> without) =>
        [.. Mean(codes, units, with).Zip(Mean(codes, units, without), (a, b) => (float)(a - b))];

    /// <summary>The mean code of a class minus that of another, or of all others.</summary>
    /// <param name="codes">[images, units].</param>
    /// <param name="without">Null: all other classes.</param>
    public static float[] OfClass(float[] codes, int units, IReadOnlyList<int> labels, int with, int? without)
    {
        var all = Enumerable.Range(0, labels.Count).ToList();
        return Of(codes, units, all.Where(i => labels[i] == with),
            all.Where(i => without is { } other ? labels[i] == other : labels[i] != with));
    }

    /// <summary>Reads "7" or "7-1".</summary>
    /// <exception cref="ResultsException">It names no class that there is.</exception>
    public static (int With, int? Without) ParseClasses(string text, IReadOnlyList<int>? labels)
    {
        if (labels is null)
        {
            throw new ResultsException($"the attribute '{text}' needs the classes of images: the data set has none, or the "
                + "images are of a file.");
        }

        var parts = text.Split('-');
        return parts.Length <= 2 && Class(parts[0]) is { } with
            && (parts.Length == 1 || (Class(parts[1]) is { } other && other != with))
            ? (with, parts.Length == 1 ? null : Class(parts[1]))
            : throw new ResultsException(
                $"an attribute is a class of the data set or two different ones, 7 or 7-1; found '{text}'. There "
                    + $"are {string.Join(", ", labels.Distinct().Order())}.");

        int? Class(string name) => int.TryParse(name, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && labels.Contains(number) ? number : null;
    }

    private static double[] Mean(float[] codes, int units, IEnumerable<int> rows)
    {
        var (sums, n) = (new double[units], 0);
        foreach (var row in rows)
        {
            n++;
            for (var unit = 0; unit < units; unit++)
                sums[unit] += codes[(row * units) + unit];
        }

        return Array.ConvertAll(sums, sum => sum / n);
    }
}
