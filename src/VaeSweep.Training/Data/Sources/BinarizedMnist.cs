using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Data.BinarizedMnist))]

namespace VaeSweep.Training.Data;

/// <summary>MNIST made binary once and for all by H. Larochelle.</summary>
public static class BinarizedMnist
{
    private const string Folder = "http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/";
    private const int Dimensions = 784;

    public static DatasetSource Source { get; } = new()
    {
        Facts = DatasetList.At("binarized-mnist"),
        Title = "MNIST, static binarization (Larochelle)",
        Note = "Binary; dataset.binarization changes nothing. No labels: the images are not in the order of mnist, and the parts "
            + "are not mnist's first " +
            "50,000 and last 10,000. The \"static MNIST\" of NADE and VampPrior and the \"fixed binarization\" of IWAE.",
        Citation = "R. Salakhutdinov, I. Murray, \"On the quantitative analysis of deep belief networks\", ICML 2008; " +
            "H. Larochelle, I. Murray, \"The neural autoregressive distribution estimator\", AISTATS 2011",
        Licence = "none stated; derived from MNIST",
        Home = new Uri(Folder),
        Forms =
        [
            new DataForm(
            [
                new DataFile
                {
                    Name = "binarized_mnist_train.amat.gz",
                    Bytes = 2_196_952,
                    Sha256 = "af247bd6075cf9adc4715459dcd5f13eaa99a2c92d8d81379a05da94770b6c0e",
                    ContentBytes = 78_400_000,
                    ContentSha256 = "ad693b29f94c14277b095f5238ddefbbdaaae0939789dd2f4f0205278cee3e4d",
                    Mirrors = [new Uri(Folder + "binarized_mnist_train.amat")],
                },
                new DataFile
                {
                    Name = "binarized_mnist_valid.amat.gz",
                    Bytes = 439_620,
                    Sha256 = "533b71bc0198f4d73c54ae5fe6c96fc08dc3cf1b3fae24c5521dbc0452507e38",
                    ContentBytes = 15_680_000,
                    ContentSha256 = "1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2",
                    Mirrors = [new Uri(Folder + "binarized_mnist_valid.amat")],
                },
                new DataFile
                {
                    Name = "binarized_mnist_test.amat.gz",
                    Bytes = 416_802,
                    Sha256 = "32a3c54d03504632bf9f131b4a148c7567aa6fc87da017049b044bdc14c2a0f2",
                    ContentBytes = 15_680_000,
                    ContentSha256 = "e6687bfea3f820c174f33b7865140b2a2dd2930ef786f35d45795fc193b5ab2c",
                    Mirrors = [new Uri(Folder + "binarized_mnist_test.amat")],
                },
            ], Read),
        ],
    };

    /// <summary>The same images with the validation part in the training part: the 60,000 that the VampPrior report trains
    /// on.</summary>
    public static DatasetSource Joined { get; } = Source with
    {
        Facts = DatasetList.At("binarized-mnist-joined"),
        Folder = Source.Name,
        Title = "MNIST, static binarization, training and validation part joined",
        Note = "binarized-mnist's 50,000 training images and then its 10,000 validation images, all for training; dataset.valid "
            + "takes images off the end again.",
        Forms = [new DataForm(Source.Forms[0].Files, files => Join(Read(files)))],
    };

    private static PublishedImages Read(IReadOnlyList<DataContent> files) => new(
        new ImageSplit(SplitKind.Train, AmatReader.Parse(files[0], Dimensions), Dimensions),
        new ImageSplit(SplitKind.Valid, AmatReader.Parse(files[1], Dimensions), Dimensions),
        new ImageSplit(SplitKind.Test, AmatReader.Parse(files[2], Dimensions), Dimensions));

    private static PublishedImages Join(PublishedImages parts) => new(
        new ImageSplit(SplitKind.Train, (byte[])[.. parts.Train.Pixels.Span, .. parts.Valid!.Pixels.Span], Dimensions),
        Valid: null, parts.Test);
}
