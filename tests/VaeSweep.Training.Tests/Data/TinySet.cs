using System.Security.Cryptography;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

/// <summary>A data set of two images of 2 x 2 and its labels, for tests of fetching.</summary>
internal static class TinySet
{
    public const string Name = "tiny";
    public const string ImagesName = "images-idx3-ubyte.gz";
    public const string LabelsName = "labels-idx1-ubyte.gz";

    public static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 255, 0, 255, 1, 2, 3, 4];
    public static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];

    public static readonly byte[] ImagesGz = IdxReaderTests.Gzip(Images);
    public static readonly byte[] LabelsGz = IdxReaderTests.Gzip(Labels);

    public static DatasetSource Source(IReadOnlyList<string> mirrors, params PackageSource[] packages) => new()
    {
        Facts = new(Name, 2, 2, TrainImages: 2, ValidImages: 0, TestImages: 2),
        Title = "Tiny",
        Note = "For tests.",
        Citation = "none",
        Licence = "none",
        Packages = packages,
        Forms =
            [new DataForm(
                [File(ImagesName, ImagesGz, Images).At([.. mirrors]), File(LabelsName, LabelsGz, Labels).At([.. mirrors])],
                Read)],
    };

    public static DatasetStoreOptions Options(TempFolder folder) => new()
    {
        CacheFolder = folder["cache"],
        SearchPath = folder["bin"],
        ConnectTimeout = TimeSpan.FromSeconds(20),
        StallTimeout = TimeSpan.FromSeconds(20),
        PackageTimeout = TimeSpan.FromSeconds(20),
    };

    public static DatasetStore Store(DatasetStoreOptions options, DatasetSource source) =>
        new(options, new DatasetCatalog([source]));

    /// <summary>Everything in the cache but the lock, relative to the set's folder.</summary>
    public static IEnumerable<string> Cached(TempFolder folder) => Directory.Exists(folder["cache/tiny"])
        ? Directory.EnumerateFileSystemEntries(folder["cache/tiny"]).Select(Path.GetFileName).Where(name => name is not ".lock")
        .Order(StringComparer.Ordinal)!
        : [];

    private static DataFile File(string name, byte[] bytes, byte[] content) => new()
    {
        Name = name,
        Bytes = bytes.Length,
        Sha256 = Hash(bytes),
        ContentBytes = content.Length,
        ContentSha256 = Hash(content),
    };

    private static PublishedImages Read(IReadOnlyList<DataContent> files)
    {
        var images = new ImageSplit(
            SplitKind.Train, IdxReader.Parse(files[0]).Values, 4,
            [.. IdxReader.Parse(files[1]).Values.ToArray().Select(label => (int)label)]);
        return new PublishedImages(images, Valid: null, images);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
