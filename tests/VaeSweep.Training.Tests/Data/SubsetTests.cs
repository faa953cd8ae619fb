using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

public class SubsetTests
{
    private static readonly DatasetStore _store = new(new DatasetStoreOptions { CacheFolder = "/nonexistent" });

    [Fact]
    public void Without_counts_all_published_images_are_used()
    {
        var sprites = _store.Load(new DatasetConfig { Name = "sprites" });

        Assert.Equal((6_000, 1_000, 1_000), (sprites.Train.Count, sprites.Valid!.Count, sprites.Test.Count));
        Assert.Equal(SplitKind.Valid, sprites.Valid.Part);
    }

    [Fact]
    public void Zero_validation_images_means_none()
    {
        Assert.Null(_store.Load(new DatasetConfig { Name = "sprites", Valid = 0 }).Valid);
    }

    [Fact]
    public void Counts_take_the_first_images_of_the_chosen_classes_with_their_factors()
    {
        var all = _store.Load(new DatasetConfig { Name = "sprites", Binarization = "none" });

        var some = _store.Load(
            new DatasetConfig { Name = "sprites", Binarization = "none", Classes = [2, 0], Train = 50, Valid = 20, Test = 10 });

        Assert.Equal((50, 20, 10), (some.Train.Count, some.Valid!.Count, some.Test.Count));
        Assert.Equal(Enumerable.Range(0, 6_000).Where(image => all.Train.Labels![image] != 1).Take(50), some.Train.Rows);
        for (var i = 0; i < 50; i++)
        {
            Assert.True(some.Train.Image(i).SequenceEqual(all.Train.Image(some.Train.Rows[i])));
            Assert.True(some.Train.Factors!.Of(i).SequenceEqual(all.Train.Factors!.Of(some.Train.Rows[i])));
        }
    }

    [Fact]
    public void Static_images_of_a_subset_are_those_of_the_whole()
    {
        var all = _store.Load(new DatasetConfig { Name = "sprites", Binarization = "static", Seed = 2 });
        var some = _store.Load(new DatasetConfig { Name = "sprites", Binarization = "static", Seed = 2, Classes = [1] });

        Assert.All(
            Enumerable.Range(0, some.Train.Count),
            i => Assert.True(some.Train.Image(i).SequenceEqual(all.Train.Image(some.Train.Rows[i]))));
    }

    [Theory]
    [InlineData(7_000, null, null, "dataset.train: 7,000 images were asked for; sprites has 6,000 there")]
    [InlineData(0, null, null, "dataset.train: 0 images")]
    [InlineData(null, 1_001, null, "dataset.valid: 1,001 images")]
    [InlineData(null, -1, null, "dataset.valid: -1 images")]
    [InlineData(null, null, 0, "dataset.test: 0 images")]
    public void An_impossible_count_is_refused_with_what_is_possible(int? train, int? valid, int? test, string message)
    {
        var exception = Assert.Throws<DatasetException>(
            () => _store.Load(new DatasetConfig { Name = "sprites", Train = train, Valid = valid, Test = test }));

        Assert.Contains(message, exception.Message);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-2)]
    public void An_unknown_class_is_refused_with_the_known_ones(int asked)
    {
        var exception = Assert.Throws<DatasetException>(() =>
            _store.Load(new DatasetConfig { Name = "sprites", Classes = [0, asked] }));

        Assert.Contains($"class {asked}. Its classes are 0 to 2.", exception.Message);
    }

    [Fact]
    public void Validation_cut_off_the_training_part_must_leave_some()
    {
        var images = _store.Published(DatasetCatalog.Default.Find("sprites")) with { Valid = null };
        var source = DatasetCatalog.Default.Find("sprites");

        var cut = Dataset.Create(source, images, new DatasetConfig { Name = "sprites", Train = 5_000, Valid = 900 });
        var exception = Assert.Throws<DatasetException>(() =>
            Dataset.Create(source, images, new DatasetConfig { Name = "sprites", Valid = 6_000 }));
        var tooMany = Assert.Throws<DatasetException>(() =>
            Dataset.Create(source, images, new DatasetConfig { Name = "sprites", Train = 5_500, Valid = 900 }));

        Assert.Equal((5_000, 900, 5_100), (cut.Train.Count, cut.Valid!.Count, cut.Valid.Rows[0]));
        Assert.Contains("which has 6,000", exception.Message);
        Assert.Contains("sprites and 900 validation images has 5,100 there", tooMany.Message);
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_nearest()
    {
        var exception = Assert.Throws<DatasetException>(() => _store.Load(new DatasetConfig { Name = "fashon-mnist" }));

        Assert.Contains("Did you mean 'fashion-mnist'? Known: mnist, ", exception.Message);
    }

    [Fact]
    public void An_unknown_binarization_is_refused_with_the_known_ones()
    {
        var exception = Assert.Throws<DatasetException>(() =>
            _store.Load(new DatasetConfig { Name = "sprites", Binarization = "dynamik" }));

        Assert.Contains("none, static, dynamic", exception.Message);
    }

    [Fact]
    public void The_images_of_epochs_go_into_one_buffer_and_depend_on_the_epoch_alone()
    {
        var sprites = _store.Load(new DatasetConfig { Name = "sprites", Binarization = "dynamic" });
        var epochs = new EpochImages(sprites);

        var first = epochs.Pixels(1).ToArray();
        var second = epochs.Pixels(2).ToArray();
        var again = epochs.Pixels(1).ToArray();

        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
    }
}
