using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Data.Omniglot))]

namespace VaeSweep.Training.Data;

/// <summary>Omniglot, scaled to 28 x 28 by exact area weights.</summary>
public static class Omniglot
{
    private const int Side = 28;
    private const int DrawingSide = 105;
    private const int Drawers = 20;
    private const int TrainDrawers = 15;
    private const int BackgroundCharacters = 964;
    private const int EvaluationCharacters = 659;

    public static DatasetSource Source { get; } = new()
    {
        Facts = DatasetList.At("omniglot"),
        Title = "Omniglot, all drawings, scaled to 28 x 28 by area",
        Note = "NOT the 28 x 28 Omniglot of the literature (chardata.mat of IWAE, Ladder VAE and VampPrior, 24,345 + 8,070 "
            + "images): log-likelihoods on this " +
            "set must not be compared with published ones. Grey, ink is bright. Drawers 1 to 15 of each character train, 16 to "
            + "20 test; the training images are " +
            "shuffled once by a fixed seed, so that dataset.train and dataset.valid cut across all alphabets. Labels 0 to 1622, "
            + "the characters.",
        Citation = "B. M. Lake, R. Salakhutdinov, J. B. Tenenbaum, \"Human-level concept learning through probabilistic program "
            + "induction\", Science 350(6266), 2015",
        Licence = "MIT, (c) 2015 Brenden Lake",
        Home = new Uri("https://github.com/brendenlake/omniglot"),
        Forms =
        [
            new DataForm(
            [
                new DataFile
                {
                    Name = "area28-train-images-idx3-ubyte.gz",
                    Bytes = 3_060_737,
                    Sha256 = "d7bd5e0e848a71879330d5fc629da21b35b7b3cf3e57f0a678391e32ca805ea5",
                    ContentBytes = 19_086_496,
                    ContentSha256 = "50e3c3ef843b518dd2a0e2cddfa552e0a21e6d89c95ae900e43d3309b45a2a36",
                },
                new DataFile
                {
                    Name = "area28-test-images-idx3-ubyte.gz",
                    Bytes = 1_030_107,
                    Sha256 = "a0843d7a37de2439751434109351d01cbeec20eed291fc9e650ff683afe7a6a3",
                    ContentBytes = 6_362_176,
                    ContentSha256 = "1264551144d03114b03c2ea31f5a29fd05c6a78f4fa88eb24063444d40bf74b1",
                },
            ], ReadScaled),
            new DataForm(
            [
                new DataFile
                {
                    Name = "images_background.npz",
                    Bytes = 3_340_794,
                    Sha256 = "8bf84167413cd00beacdce3fe582f780ab538d8dbef043a6d688f2527bbce199",
                }.At("https://github.com/bitsandscraps/omniglot/raw/b048124/"),
                new DataFile
                {
                    Name = "images_evaluation.npz",
                    Bytes = 2_415_269,
                    Sha256 = "0b84c7ffd94c4841c0040e529c86a82eaaccb986d8eadad5673f7991b7475276",
                }.At("https://github.com/bitsandscraps/omniglot/raw/b048124/"),
            ], ReadDrawings),
        ],
    };

    private static PublishedImages ReadScaled(IReadOnlyList<DataContent> files) => Labelled(
        IdxSplits.Read(SplitKind.Train, files[0], labels: null, Side, Side).Pixels,
        IdxSplits.Read(SplitKind.Test, files[1], labels: null, Side, Side).Pixels);

    private static PublishedImages ReadDrawings(IReadOnlyList<DataContent> files)
    {
        const int Characters = BackgroundCharacters + EvaluationCharacters;
        const int TestDrawers = Drawers - TrainDrawers;
        var train = new byte[Characters * TrainDrawers * Side * Side];
        var test = new byte[Characters * TestDrawers * Side * Side];
        Scale(NpzReader.Parse(files[0], "images", BackgroundCharacters, Drawers, DrawingSide, DrawingSide), 0);
        Scale(NpzReader.Parse(files[1], "images", EvaluationCharacters, Drawers, DrawingSide, DrawingSide), BackgroundCharacters);
        return Labelled(train, test);

        void Scale(byte[] drawings, int firstCharacter)
        {
            for (var i = 0; i < drawings.Length / (DrawingSide * DrawingSide); i++)
            {
                var (character, drawer) = (firstCharacter + i / Drawers, i % Drawers);
                var (target, place) = drawer < TrainDrawers
                    ? (train, character * TrainDrawers + drawer)
                    : (test, character * TestDrawers + drawer - TrainDrawers);
                ScaleByArea(drawings.AsSpan(i * DrawingSide * DrawingSide, DrawingSide * DrawingSide),
                    target.AsSpan(place * Side * Side, Side * Side));
            }
        }
    }

    private static PublishedImages Labelled(ReadOnlyMemory<byte> trainPixels, ReadOnlyMemory<byte> testPixels)
    {
        var train = new ImageSplit(SplitKind.Train, trainPixels, Side * Side, Characters(trainPixels.Length, TrainDrawers));
        var test = new ImageSplit(SplitKind.Test, testPixels, Side * Side, Characters(testPixels.Length, Drawers - TrainDrawers));
        var order = EpochOrder.OfDataset("omniglot", train.Count);
        return new PublishedImages(train.Select(order), Valid: null, test);

        static int[] Characters(int pixels, int drawers) =>
            [.. Enumerable.Range(0, pixels / (Side * Side)).Select(image => image / drawers)];
    }

    /// <summary>The ink on each 3.75 x 3.75 square of a drawing, as 255 y / 225 rounded half up, where y (0 .. 225) counts
    /// sixteenths of source pixels.</summary>
    private static void ScaleByArea(ReadOnlySpan<byte> paper, Span<byte> image)
    {
        Span<int> ink = stackalloc int[Side * Side];
        Span<int> strip = stackalloc int[Side];
        ink.Clear();
        for (var row = 0; row < DrawingSide; row++)
        {
            strip.Clear();
            for (var column = 0; column < DrawingSide; column++)
            {
                if (paper[row * DrawingSide + column] == 0)
                {
                    var (left, right, share) = Targets(column);
                    strip[left] += share;
                    strip[right] += 4 - share;
                }
            }

            var (upper, lower, upperShare) = Targets(row);
            for (var column = 0; column < Side; column++)
            {
                ink[upper * Side + column] += upperShare * strip[column];
                ink[lower * Side + column] += (4 - upperShare) * strip[column];
            }
        }

        for (var i = 0; i < image.Length; i++)
            image[i] = (byte)((2 * 255 * ink[i] + 225) / 450);
    }

    /// <summary>The one or two target pixels that a source pixel lies in, and how many of its quarters lie in the
    /// first.</summary>
    private static (int First, int Second, int Share) Targets(int source)
    {
        var first = 4 * source / 15;
        var share = Math.Min(4, 15 * (first + 1) - 4 * source);
        return (first, share < 4 ? first + 1 : first, share);
    }
}
