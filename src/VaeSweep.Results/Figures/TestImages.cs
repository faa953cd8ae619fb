namespace VaeSweep.Results.Figures;

/// <summary>Test images with their classes.</summary>
/// <param name="Dataset">Its name.</param>
/// <param name="Pixels">[images, pixels], 0 to 1.</param>
/// <param name="Labels">[images]; null where the data set has none.</param>
public sealed record TestImages(string Dataset, int Count, float[] Pixels, IReadOnlyList<int>? Labels)
{
    /// <summary>Some of the images, one after the other.</summary>
    public float[] Of(IReadOnlyList<int> images)
    {
        var size = Pixels.Length / Math.Max(1, Count);
        var chosen = new float[images.Count * size];
        for (var i = 0; i < images.Count; i++)
            Pixels.AsSpan(images[i] * size, size).CopyTo(chosen.AsSpan(i * size));

        return chosen;
    }

    /// <summary>The first image of each class in turn, then the second of each; the first images where there are no
    /// classes.</summary>
    public IReadOnlyList<int> Varied(int count)
    {
        var all = Enumerable.Range(0, Count);
        return
        [
            .. (Labels is null ? all : all.GroupBy(i => Labels[i]).OrderBy(g => g.Key)
                .SelectMany(g => g.Select((image, round) => (image, round, g.Key))).OrderBy(c => c.round).ThenBy(c => c.Key)
                .Select(c => c.image)).Take(count),
        ];
    }
}
