using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Data.OmniglotCharData))]

namespace VaeSweep.Training.Data;

/// <summary>The 28 x 28 Omniglot of the literature: the IWAE code's chardata.mat.</summary>
public static class OmniglotCharData
{
    private const int Side = 28;

    public static DatasetSource Source { get; } = new()
    {
        Facts = DatasetList.At("omniglot-chardata"),
        Title = "Omniglot, 28 x 28, as in IWAE, Ladder VAE and VampPrior",
        Note = "chardata.mat of yburda/iwae. No copy of the file could be had: its format and shape are checked, not its hash. "
            + "Its real values in [0, 1] are rounded to 255ths. " +
            "Training images are shuffled once by a fixed seed (the IWAE code uses another); dataset.valid 1345 as published. No "
            + "labels are read.",
        Citation = "Y. Burda, R. Grosse, R. Salakhutdinov, \"Importance weighted autoencoders\", arXiv:1509.00519; after B. M. "
            + "Lake, R. Salakhutdinov, J. B. Tenenbaum, Science 350(6266), 2015",
        Licence = "MIT, (c) 2015 Brenden Lake, of the drawings",
        Home = new Uri("https://github.com/yburda/iwae"),
        Forms = [new DataForm([DataFile.Unseen("chardata.mat")], Read)],
    };

    private static PublishedImages Read(IReadOnlyList<DataContent> files) =>
        Read(files[0], Source.Facts.TrainImages, Source.Facts.TestImages);

    /// <exception cref="DataFormatException">Not that file: an array is missing, of another shape, or not within [0,
    /// 1].</exception>
    internal static PublishedImages Read(DataContent file, int trainCount, int testCount)
    {
        var arrays = MatReader.Parse(file);
        var train = new ImageSplit(SplitKind.Train,
            Upright(file, MatReader.Get(arrays, file.Path, "data", Side * Side, trainCount)), Side * Side);
        var order = EpochOrder.OfDataset("char", trainCount);
        return new PublishedImages(
            train.Select(order), Valid: null,
            new ImageSplit(SplitKind.Test, Upright(file, MatReader.Get(arrays, file.Path, "testdata", Side * Side, testCount)),
                Side * Side));
    }

    /// <summary>Each column of the array is an image, column by column.</summary>
    private static byte[] Upright(DataContent file, MatArray images)
    {
        var pixels = new byte[images.Rows * images.Columns];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (image, place) = Math.DivRem(i, Side * Side);
            var value = images.Value((image * Side * Side) + (place % Side * Side) + (place / Side));
            pixels[i] = value is >= 0 and <= 1
                ? (byte)Math.Round(255 * value, MidpointRounding.AwayFromZero)
                : throw new DataFormatException(file.Path, 0, "intensities between 0 and 1", $"{value}");
        }

        return pixels;
    }
}
