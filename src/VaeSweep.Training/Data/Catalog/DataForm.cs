namespace VaeSweep.Training.Data;

/// <summary>One set of files that a data set can be read from; the first form whose files are all there is used.</summary>
/// <param name="Files">Empty for sets that are made, not stored.</param>
/// <param name="Read">Makes the images from the contents of <paramref name="Files"/>, in their order.</param>
public sealed record DataForm(IReadOnlyList<DataFile> Files, Func<IReadOnlyList<DataContent>, PublishedImages> Read);
