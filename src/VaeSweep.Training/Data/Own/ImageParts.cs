namespace VaeSweep.Training.Data;

/// <summary>What was found at a path: one lot of images, or parts that were split by whoever made them.</summary>
/// <param name="Train">All of them, where they were not split.</param>
internal sealed record ImageParts(ImageSource Train, ImageSource? Valid, ImageSource? Test) : IDisposable
{
    /// <summary>In the order train, valid, test.</summary>
    public IEnumerable<ImageSource> All => new[] { Train, Valid, Test }.OfType<ImageSource>();

    public void Dispose()
    {
        foreach (var part in All)
            part.Dispose();
    }
}
