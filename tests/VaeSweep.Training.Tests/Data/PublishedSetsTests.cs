using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

/// <summary>The other real data sets of VAESWEEP_DATA. Means are of the published files, measured apart from this
/// program.</summary>
public class PublishedSetsTests
{
    private const double White = 255;

    [Fact]
    public void Fashion_MNIST_has_the_published_images_and_labels()
    {
        var set = Load("fashion-mnist");

        Assert.Equal((60_000, 10_000), (set.Train.Count, set.Test.Count));
        Assert.Equal(72.940352, TestData.Mean(set.Train), 6);
        Assert.Equal(73.146567, TestData.Mean(set.Test), 6);
        Assert.All(TestData.Histogram(set.Train), count => Assert.Equal(6_000, count));
        Assert.All(TestData.Histogram(set.Test), count => Assert.Equal(1_000, count));
    }

    [Fact]
    public void Binarized_MNIST_has_the_published_images()
    {
        var set = Load("binarized-mnist");

        Assert.Equal((50_000, 10_000, 10_000), (set.Train.Count, set.Valid!.Count, set.Test.Count));
        Assert.Equal(0.130562, TestData.Mean(set.Train) / White, 6);
        Assert.Equal(0.131127, TestData.Mean(set.Valid) / White, 6);
        Assert.Equal(0.132512, TestData.Mean(set.Test) / White, 6);
        Assert.Null(set.Train.Labels);
    }

    [Fact]
    public void Caltech_silhouettes_are_inverted_and_upright()
    {
        var set = Load("caltech101-silhouettes");

        Assert.Equal((4_100, 2_264, 2_307), (set.Train.Count, set.Valid!.Count, set.Test.Count));
        Assert.Equal(1 - 0.551055, TestData.Mean(set.Train) / White, 6);
        Assert.Equal(1 - 0.535959, TestData.Mean(set.Valid) / White, 6);
        Assert.Equal(1 - 0.539015, TestData.Mean(set.Test) / White, 6);
        foreach (var (split, file) in new[] { (set.Train, "train"), (set.Valid, "valid"), (set.Test, "test") })
        {
            var folder = Path.Combine(Environment.GetEnvironmentVariable(DatasetStoreOptions.SharedFolderVariable)!, set.Name);
            if (File.Exists(Path.Combine(folder, $"{file}-images-idx3-ubyte.gz")))
            {
                var upright = IdxReader.Read(Path.Combine(folder, $"{file}-images-idx3-ubyte.gz")).Values.ToArray();
                var labels = IdxReader.Read(Path.Combine(folder, $"{file}-labels-idx1-ubyte.gz")).Values.ToArray();
                Assert.Equal(Array.ConvertAll(upright, pixel => (byte)(255 * (1 - pixel))), split.Pixels.ToArray());
                Assert.Equal(Array.ConvertAll(labels, label => (int)label), split.Labels);
            }
        }
    }

    [Fact]
    public void Frey_faces_are_28_rows_of_20_and_every_frame_is_used_once()
    {
        var set = Load("frey-faces");
        ImageSplit[] splits = [set.Train, set.Valid!, set.Test];

        Assert.Equal((28, 20), (set.Height, set.Width));
        Assert.Equal([1_565, 200, 200], splits.Select(split => split.Count));
        Assert.Equal(Enumerable.Range(0, 1_965), splits.SelectMany(split => split.Rows).Order());
        Assert.Equal(154.460870, splits.Sum(split => TestData.Mean(split) * split.Count) / 1_965, 6);

        // Neighbouring rows of a face are alike; with rows of 28 they would not be.
        var image = set.Train.Image(0);
        var (right, wrong) = (0, 0);
        for (var i = 0; i + 28 < image.Length; i++)
        {
            right += Math.Abs(image[i] - image[i + 20]);
            wrong += Math.Abs(image[i] - image[i + 28]);
        }

        Assert.True(right < wrong);
    }

    [Fact]
    public void Omniglot_is_scaled_by_area_from_the_published_drawings()
    {
        var set = Load("omniglot");
        var source = DatasetCatalog.Default.Find("omniglot");
        var folder = Path.Combine(Environment.GetEnvironmentVariable(DatasetStoreOptions.SharedFolderVariable)!, "omniglot");

        Assert.Equal((24_345, 8_115), (set.Train.Count, set.Test.Count));
        Assert.Equal(20.593367, TestData.Mean(set.Train), 6);
        Assert.Equal(20.344364, TestData.Mean(set.Test), 6);
        Assert.Equal(Enumerable.Range(0, 1_623), set.Train.Labels!.Distinct().Order());
        Assert.All(Enumerable.Range(0, set.Train.Count), image =>
            Assert.Equal(set.Train.Rows[image] / 15, set.Train.Labels![image]));
        Assert.Contains("must not be compared", source.Note);
        if (File.Exists(Path.Combine(folder, "images_background.npz")))
        {
            var form = source.Forms[1];
            var drawings = form.Read(
                [.. form.Files.Select(file => new DataContent(file.Name, File.ReadAllBytes(Path.Combine(folder, file.Name))))]);
            Assert.True(drawings.Train.Pixels.Span.SequenceEqual(set.Train.Pixels.Span));
            Assert.True(drawings.Test.Pixels.Span.SequenceEqual(set.Test.Pixels.Span));
            Assert.Equal(set.Train.Rows, drawings.Train.Rows);
        }
    }

    [Fact]
    public void Every_file_of_the_shared_folder_passes_verification()
    {
        // Of the others no copy could be had.
        var known = DatasetCatalog.Default.Sources.Where(source => source.Forms.Any(form => form.Files.All(file => file.IsKnown)))
            .ToArray();
        var status = TestData.Real([.. known.Select(source => source.Name)]).Verify();

        Assert.Equal(DatasetCatalog.Default.Sources, status.Select(set => set.Source));
        Assert.All(status.Where(set => known.Contains(set.Source)),
            set => Assert.Equal(set.Source.IsBuiltIn ? DatasetState.BuiltIn : DatasetState.Ready, set.State));
        Assert.Equal(9_912_422 + 28_881 + 1_648_877 + 4_542, status[0].Bytes);
    }

    private static Dataset Load(string name) => TestData.Real(name)
        .Load(new DatasetConfig { Name = name, Binarization = "none" });
}
