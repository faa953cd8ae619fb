namespace VaeSweep.Training.Data;

/// <summary>The factors that an image was made from, where a data set knows them.</summary>
public sealed class FactorTable
{
    private readonly int[] _values;

    /// <param name="names">One name a factor.</param>
    /// <param name="sizes">How many values each factor has; values run from 0.</param>
    /// <param name="values">[images, factors], row-major.</param>
    public FactorTable(IReadOnlyList<string> names, IReadOnlyList<int> sizes, int[] values)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(values);
        if (names.Count != sizes.Count || names.Count == 0 || values.Length % names.Count != 0)
        {
            throw new ArgumentException(
                $"{values.Length} values do not fit {names.Count} names and {sizes.Count} sizes.", nameof(values));
        }

        Names = names;
        Sizes = sizes;
        _values = values;
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<int> Sizes { get; }

    /// <summary>Number of images.</summary>
    public int Count => _values.Length / Names.Count;

    /// <summary>All factors of one image, in the order of <see cref="Names"/>.</summary>
    public ReadOnlySpan<int> Of(int image) => _values.AsSpan(image * Names.Count, Names.Count);

    /// <summary>The factors of some images, in their order.</summary>
    public FactorTable Select(ReadOnlySpan<int> images)
    {
        var values = new int[images.Length * Names.Count];
        for (var i = 0; i < images.Length; i++)
            Of(images[i]).CopyTo(values.AsSpan(i * Names.Count));

        return new FactorTable(Names, Sizes, values);
    }
}
