namespace VaeSweep.Training.Data;

/// <summary>Makes splits of IDX images and labels.</summary>
internal static class IdxSplits
{
    /// <exception cref="DataFormatException">Images of another size, or another number of labels than images.</exception>
    public static ImageSplit Read(SplitKind part, DataContent images, DataContent? labels, int height, int width)
    {
        var array = IdxReader.Parse(images, dimensions: 3);
        if (array.Sizes[1] != height || array.Sizes[2] != width)
        {
            throw new DataFormatException(
                images.Path, 8, $"images of {height} x {width}", $"{array.Sizes[1]} x {array.Sizes[2]}");
        }

        return new ImageSplit(part, array.Values, height * width, labels is null ? null : Labels(labels, array.Sizes[0]));
    }

    private static int[] Labels(DataContent labels, int images)
    {
        var array = IdxReader.Parse(labels, dimensions: 1);
        if (array.Sizes[0] != images)
            throw new DataFormatException(labels.Path, 4, $"{images} labels, one an image", $"{array.Sizes[0]}");

        return Array.ConvertAll(array.Values.ToArray(), label => (int)label);
    }
}
