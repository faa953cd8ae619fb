using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>The images that a trial trains on and is measured with. Immutable; safe to share.</summary>
public sealed class Dataset
{
    private Dataset(
        DatasetFacts facts, DatasetConfig config, Binarization binarization, ImageSplit train, ImageSplit? valid,
        ImageSplit test, PublishedImages? cutFrom)
    {
        CutFrom = cutFrom;
        Facts = facts;
        Seed = config.Seed;
        Binarization = binarization;
        Train = train;
        Valid = valid;
        Test = test;
    }

    /// <summary>What is known of it without its files.</summary>
    public DatasetFacts Facts { get; }

    public string Name => Facts.Name;

    /// <summary>The whole set, where its memory is in use here: whoever asks for other images of it finds it.</summary>
    internal PublishedImages? CutFrom { get; }

    public int Height => Facts.Height;

    public int Width => Facts.Width;

    /// <summary>Pixels of one image, row by row.</summary>
    public int Dimensions => Facts.Pixels;

    public Binarization Binarization { get; }

    /// <summary><c>dataset.seed</c>, which draws the binary images.</summary>
    public long Seed { get; }

    /// <summary>Training images: grey when binarisation is none or dynamic (then <see cref="EpochImages"/> draws them), else
    /// binary.</summary>
    public ImageSplit Train { get; }

    /// <summary>Validation images as the model sees them, or null when there are none.</summary>
    public ImageSplit? Valid { get; }

    /// <summary>Test images as the model sees them.</summary>
    public ImageSplit Test { get; }

    /// <summary>Selects and binarises the images that a configuration asks for.</summary>
    /// <exception cref="DatasetException">The configuration asks for images that the data set does not have.</exception>
    public static Dataset Create(DatasetSource source, PublishedImages images, DatasetConfig config)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Create(source.Facts, images, config);
    }

    /// <summary>Selects and binarises the images that a configuration asks for.</summary>
    /// <exception cref="DatasetException">The configuration asks for images that the data set does not have.</exception>
    public static Dataset Create(DatasetFacts facts, PublishedImages images, DatasetConfig config)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(config);
        var binarization = config.Binarization switch
        {
            "none" => Binarization.None,
            "static" => Binarization.Static,
            "dynamic" => Binarization.Dynamic,
            var other => throw new DatasetException(
                $"dataset.binarization: '{other}' is unknown. Allowed: none, static, dynamic."),
        };
        var (cut, cutValid, cutTest) = SubsetSelector.Select(images, config);
        var (train, valid, test) = (cut.Alone(), cutValid?.Alone(), cutTest.Alone());
        if (config.Dequantise)
        {
            (train, valid, test) = (Noisy(train, config.Seed), valid is null
                ? null : Noisy(valid, config.Seed), Noisy(test, config.Seed));
        }

        return new Dataset(
            facts, config, binarization,
            binarization == Binarization.Static ? DrawnOnce(train, config.Seed) : train,
            valid is null || binarization == Binarization.None ? valid : DrawnOnce(valid, config.Seed),
            binarization == Binarization.None ? test : DrawnOnce(test, config.Seed),
            // Images that were drawn once, or are few, have memory of their own.
            binarization != Binarization.Static && ReferenceEquals(train, cut) ? images : null);
    }

    private static ImageSplit Noisy(ImageSplit split, long seed) => split.WithNoise(Dequantiser.Draw(split, seed));

    private static ImageSplit DrawnOnce(ImageSplit split, long seed)
    {
        var drawn = GC.AllocateUninitializedArray<byte>(split.Pixels.Length);
        Binarizer.Draw(split, seed, epoch: null, drawn);
        return split.WithPixels(drawn);
    }
}
