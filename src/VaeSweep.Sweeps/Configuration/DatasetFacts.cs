namespace VaeSweep.Sweeps;

/// <summary>What is known of a data set before a file of it is opened: enough to refuse impossible splits and to estimate a sweep.</summary>
/// <param name="Pixels">Of one image.</param>
/// <param name="TrainImages">In the published training part.</param>
/// <param name="ValidImages">In the published validation part; where there is none, validation images are the last of the training part.</param>
/// <param name="Classes">How many labels there are; 0 where images have none.</param>
/// <param name="Grey">Has values between 0 and 1 before binarisation.</param>
/// <param name="FirstClass">The lowest label; the others follow it without a gap.</param>
public sealed record DatasetFacts(string Name, int Pixels, int TrainImages, int ValidImages, int TestImages, int Classes, bool Grey, int FirstClass = 0)
{
    public static IReadOnlyList<DatasetFacts> All { get; } =
    [
        new("mnist", 784, 60_000, 0, 10_000, 10, Grey: true),
        new("fashion-mnist", 784, 60_000, 0, 10_000, 10, Grey: true),
        new("binarized-mnist", 784, 50_000, 10_000, 10_000, 0, Grey: false),
        new("binarized-mnist-joined", 784, 60_000, 0, 10_000, 0, Grey: false),
        new("omniglot-chardata", 784, 24_345, 0, 8_070, 0, Grey: true),
        new("small-norb", 1_024, 48_600, 0, 48_600, 5, Grey: true),
        new("omniglot", 784, 24_345, 0, 8_115, 1_623, Grey: true),
        new("caltech101-silhouettes", 784, 4_100, 2_264, 2_307, 101, Grey: false, FirstClass: 1),
        new("frey-faces", 560, 1_565, 200, 200, 0, Grey: true),
        new("sprites", 784, 6_000, 1_000, 1_000, 3, Grey: true),
    ];

    /// <summary>The labels in words: "0 to 9".</summary>
    public string Labels => $"{FirstClass} to {FirstClass + Classes - 1}";

    /// <summary>Whether images can have this label.</summary>
    public bool HasClass(int label) => label >= FirstClass && label < FirstClass + Classes;

    /// <returns>Null when nothing is known of that data set.</returns>
    public static DatasetFacts? Find(string name) => All.FirstOrDefault(facts => facts.Name == name);
}
