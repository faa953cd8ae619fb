using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Data.Caltech101Silhouettes))]

namespace VaeSweep.Training.Data;

/// <summary>Caltech 101 Silhouettes, 28 x 28, split 1.</summary>
public static class Caltech101Silhouettes
{
    private const int Side = 28;

    public static DatasetSource Source { get; } = new()
    {
        Facts = DatasetList.At("caltech101-silhouettes"),
        Title = "Caltech 101 Silhouettes 28 x 28, split 1",
        Note = "Binary; dataset.binarization changes nothing. Objects are bright: the published pixels are inverted, as "
            + "VampPrior and Sylvester flows do, " +
            "and turned upright. Labels 1 to 101.",
        Citation = "B. M. Marlin, K. Swersky, B. Chen, N. de Freitas, \"Inductive principles for restricted Boltzmann machine "
            + "learning\", AISTATS 2010",
        Licence = "none stated; derived from Caltech 101",
        Home = new Uri("https://people.cs.umass.edu/~marlin/data.shtml"),
        Forms =
        [
            new DataForm(
            [
                new DataFile
                {
                    Name = "caltech101_silhouettes_28_split1.mat",
                    Bytes = 872_124,
                    Sha256 = "eb6735e8d84b1850fabc5590124aab1755e90c9fd28123585324398405e1e42a",
                }.At(
                    "https://people.cs.umass.edu/~marlin/data/",
                    "https://github.com/YingzhenLi/vae_renyi_divergence/raw/master/data/silhouettes/"),
            ], Read),
        ],
    };

    private static PublishedImages Read(IReadOnlyList<DataContent> files)
    {
        var path = files[0].Path;
        var arrays = MatReader.Parse(files[0]);
        var facts = Source.Facts;
        return new PublishedImages(
            Split(SplitKind.Train, "train", facts.TrainImages),
            Split(SplitKind.Valid, "val", facts.ValidImages),
            Split(SplitKind.Test, "test", facts.TestImages));

        ImageSplit Split(SplitKind part, string name, int count)
        {
            var data = MatReader.Get(arrays, path, name + "_data", count, Side * Side).Values.Span;
            var labels = MatReader.Get(arrays, path, name + "_labels", count, 1).Values.ToArray();
            var pixels = new byte[data.Length];
            for (var pixel = 0; pixel < Side * Side; pixel++)
            {
                // Both the matrix and the image in its rows are stored column by column; 1 is background.
                var upright = pixel % Side * Side + pixel / Side;
                for (var image = 0; image < count; image++)
                    pixels[image * Side * Side + upright] = (byte)(data[pixel * count + image] - 1);
            }

            return new ImageSplit(part, pixels, Side * Side, Array.ConvertAll(labels, label => (int)label));
        }
    }
}
