using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Data.FashionMnist))]

namespace VaeSweep.Training.Data;

/// <summary>Fashion-MNIST: photographs of clothes, in MNIST's layout.</summary>
public static class FashionMnist
{
    private static readonly string[] _mirrors =
    [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ];

    public static DatasetSource Source { get; } = new()
    {
        Facts = DatasetList.At("fashion-mnist"),
        Title = "Fashion-MNIST",
        Note = "Grey, clothes are bright. Validation as for mnist: dataset.valid cuts it off the end of the 60,000. " +
            "Labels: 0 T-shirt, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag, 9 ankle boot.",
        Citation = "H. Xiao, K. Rasul, R. Vollgraf, \"Fashion-MNIST: a novel image dataset for benchmarking machine learning "
            + "algorithms\", arXiv:1708.07747, 2017",
        Licence = "MIT, (c) 2017 Zalando SE",
        Home = new Uri("https://github.com/zalandoresearch/fashion-mnist"),
        SystemFolders = [DebianPackage.DatasetsFolder + "fashion-mnist"],
        Packages = [new DebianPackage("dataset-fashion-mnist", DebianPackage.DatasetsFolder + "fashion-mnist")],
        Forms =
        [
            new DataForm(
            [
                new DataFile
                {
                    Name = "train-images-idx3-ubyte.gz",
                    Bytes = 26_421_880,
                    Sha256 = "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    ContentBytes = 47_040_016,
                    ContentSha256 = "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                }.At(_mirrors),
                new DataFile
                {
                    Name = "train-labels-idx1-ubyte.gz",
                    Bytes = 29_515,
                    Sha256 = "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                    ContentBytes = 60_008,
                    ContentSha256 = "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                }.At(_mirrors),
                new DataFile
                {
                    Name = "t10k-images-idx3-ubyte.gz",
                    Bytes = 4_422_102,
                    Sha256 = "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                    ContentBytes = 7_840_016,
                    ContentSha256 = "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                }.At(_mirrors),
                new DataFile
                {
                    Name = "t10k-labels-idx1-ubyte.gz",
                    Bytes = 5_148,
                    Sha256 = "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                    ContentBytes = 10_008,
                    ContentSha256 = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
                }.At(_mirrors),
            ], Mnist.Read),
        ],
    };
}
