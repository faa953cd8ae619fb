using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>Chooses images by class and by count.</summary>
/// <remarks>Classes are filtered first, then counts are taken: the first n of each part. A set without a published validation
/// part gives none unless <c>dataset.valid</c> is set: then validation is the last images of the training part and training the
/// first of what is left, as the field splits MNIST into 50,000 and 10,000.</remarks>
internal static class SubsetSelector
{
    public static (ImageSplit Train, ImageSplit? Valid, ImageSplit Test) Select(PublishedImages images, DatasetConfig config)
    {
        var train = OfClasses(images.Train, config);
        var test = First(OfClasses(images.Test, config), config.Test, "dataset.test", config);
        if (config.Valid is < 0)
            throw new DatasetException($"dataset.valid: {config.Valid} images were asked for. Give 0 or more.");

        ImageSplit? valid = null;
        if (images.Valid is not null && config.Valid != 0)
        {
            valid = First(OfClasses(images.Valid, config), config.Valid, "dataset.valid", config);
        }
        else if (images.Valid is null && config.Valid is > 0 and var count)
        {
            if (count >= train.Count)
            {
                throw new DatasetException(
                    $"dataset.valid: {Number(count)} images were asked for, but they are cut off the end of the training part "
                        + $"of {Describe(config)}, " +
                    $"which has {Number(train.Count)}. Ask for fewer, so that some are left for training.");
            }

            valid = train.Slice(train.Count - count, count);
            train = train.Slice(0, train.Count - count);
        }

        return (First(train, config.Train, "dataset.train", config), valid, test);
    }

    private static ImageSplit OfClasses(ImageSplit split, DatasetConfig config)
    {
        if (config.Classes.Count == 0)
            return split;

        if (split.Labels is not { } labels)
        {
            throw new DatasetException($"dataset.classes: {config.Name} has no labels. Remove dataset.classes, or choose another "
                + "data set.");
        }

        var known = labels.ToHashSet();
        foreach (var asked in config.Classes.Where(asked => !known.Contains(asked)))
        {
            throw new DatasetException($"dataset.classes: {config.Name} has no {Name(split.Part)} image of class {asked}. Its "
                + $"classes are {known.Min()} to {known.Max()}.");
        }

        var wanted = config.Classes.ToHashSet();
        int[] chosen = [.. Enumerable.Range(0, split.Count).Where(image => wanted.Contains(labels[image]))];
        return split.Select(chosen);
    }

    private static ImageSplit First(ImageSplit split, int? count, string path, DatasetConfig config)
    {
        if (count is null)
            return split;

        if (count <= 0 || count > split.Count)
        {
            throw new DatasetException($"{path}: {Number(count.Value)} images were asked for; {Describe(config)} "
                + $"has {Number(split.Count)} there. Give 1 to {Number(split.Count)}, or leave it out for all.");
        }

        return split.Slice(0, count.Value);
    }

    private static string Describe(DatasetConfig config)
    {
        var classes = config.Classes.Count == 0 ? string.Empty : $" with classes [{string.Join(", ", config.Classes)}]";
        var valid = config.Valid is > 0 and var count ? $" and {Number(count)} validation images" : string.Empty;
        return config.Name + classes + valid;
    }

    private static string Name(SplitKind part) => part switch
    {
        SplitKind.Train => "training",
        SplitKind.Valid => "validation",
        _ => "test",
    };

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
