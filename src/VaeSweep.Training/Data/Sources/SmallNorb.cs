using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Data.SmallNorb))]

namespace VaeSweep.Training.Data;

/// <summary>Small NORB: toys on a turntable, seen by two cameras.</summary>
public static class SmallNorb
{
    private const int Side = 32;
    private const int PhotoSide = 96;
    private const int Shrink = PhotoSide / Side;
    private const int Cameras = 2;
    private const string Train = "smallnorb-5x46789x9x18x6x2x96x96-training-";
    private const string Test = "smallnorb-5x01235x9x18x6x2x96x96-testing-";

    public static DatasetSource Source { get; } = new()
    {
        Facts = DatasetList.At("small-norb"),
        Title = "Small NORB, both cameras, 32 x 32",
        Note = "Grey; meant for dataset.binarization none. No copy of the files could be had: their format and shape are "
            + "checked, not their hashes. The photographs of 96 x 96 are scaled " +
            "down by the mean of 3 x 3 pixels, rounded to a byte; dataset.dequantise adds the ladder code's noise. Both images "
            + "of a pair, one after the other; training pairs are shuffled once by a fixed seed. " +
            "Labels 0 animal, 1 human, 2 plane, 3 truck, 4 car.",
        Citation = "Y. LeCun, F. J. Huang, L. Bottou, \"Learning methods for generic object recognition with invariance to pose "
            + "and lighting\", CVPR 2004",
        Licence = "for research purposes",
        Home = new Uri("https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/"),
        Forms = [new DataForm([File(Train + "dat"), File(Train + "cat"), File(Test + "dat"), File(Test + "cat")], Read)],
    };

    private static PublishedImages Read(IReadOnlyList<DataContent> files) => Read(files, Source.Facts.TestImages / Cameras);

    /// <param name="files">Photographs and categories, of training and of test.</param>
    /// <param name="pairs">In either part.</param>
    internal static PublishedImages Read(IReadOnlyList<DataContent> files, int pairs)
    {
        var order = EpochOrder.OfDataset("norb", pairs);
        var train = Part(SplitKind.Train, files[0], files[1], pairs);
        return new PublishedImages(
            train.Select([.. order.SelectMany(pair => Enumerable.Range(Cameras * pair, Cameras))]), Valid: null,
            Part(SplitKind.Test, files[2], files[3], pairs));
    }

    private static DataFile File(string name) => DataFile.Unseen(name + ".mat.gz");

    private static ImageSplit Part(SplitKind part, DataContent photographs, DataContent categories, int pairs)
    {
        var photos = NorbReader.ParseBytes(photographs, pairs, Cameras, PhotoSide, PhotoSide).Span;
        var labels = NorbReader.ParseIntegers(categories, pairs);
        var pixels = new byte[pairs * Cameras * Side * Side];
        for (var image = 0; image < pairs * Cameras; image++)
        {
            ScaleDown(photos.Slice(image * PhotoSide * PhotoSide, PhotoSide * PhotoSide),
                pixels.AsSpan(image * Side * Side, Side * Side));
        }

        return new ImageSplit(part, pixels, Side * Side, [.. labels.SelectMany(label => Enumerable.Repeat(label, Cameras))]);
    }

    /// <summary>The mean of each 3 x 3 square, rounded half up.</summary>
    private static void ScaleDown(ReadOnlySpan<byte> photo, Span<byte> image)
    {
        const int Square = Shrink * Shrink;
        for (var i = 0; i < image.Length; i++)
        {
            var corner = (i / Side * Shrink * PhotoSide) + (i % Side * Shrink);
            var sum = 0;
            for (var row = 0; row < Shrink; row++)
            {
                foreach (var pixel in photo.Slice(corner + (row * PhotoSide), Shrink))
                    sum += pixel;
            }

            image[i] = (byte)(((2 * sum) + Square) / (2 * Square));
        }
    }
}
