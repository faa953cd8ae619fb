namespace VaeSweep.Training.Data;

/// <summary>A data set as it was published, before any choice of images.</summary>
/// <param name="Valid">Null where no validation part was published.</param>
public sealed record PublishedImages(ImageSplit Train, ImageSplit? Valid, ImageSplit Test);
