namespace VaeSweep.Training.Data;

/// <summary>Images of somebody's own, one after the other, of whatever format.</summary>
internal abstract class ImageSource : IDisposable
{
    /// <summary>The file or folder, for messages.</summary>
    public string Place { get; protected init; } = "";

    public int Count { get; protected init; }

    public int Height { get; protected init; }

    public int Width { get; protected init; }

    /// <summary>Numbers of one pixel: 1, or 3 or 4 of colours.</summary>
    public int Channels { get; protected init; } = 1;

    /// <summary>Values are grey levels from 0 to 255 and need no looking at first.</summary>
    public bool HoldsLevels { get; protected init; }

    /// <summary>[<see cref="Count"/>], or null where the source has none.</summary>
    public int[]? Labels { get; set; }

    /// <summary>Names of the labels 0, 1, 2, ..., or null where they are numbers.</summary>
    public IReadOnlyList<string>? LabelNames { get; set; }

    /// <summary>What a person may want to know of how it was read.</summary>
    public string? Note { get; protected init; }

    /// <summary>[height, width, channels] of each image, in memory that the next one overwrites. May be asked for
    /// again.</summary>
    /// <exception cref="DatasetException">An image cannot be read; the message says which.</exception>
    public abstract IEnumerable<float[]> Images();

    /// <summary>An image for messages.</summary>
    public virtual string At(int image) => $"{Place}, image {image} (counted from 0)";

    public virtual void Dispose()
    {
    }
}
