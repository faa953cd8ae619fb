namespace VaeSweep.Sweeps;

/// <summary>What is known of a data set before a file of it is opened: enough to refuse impossible splits and to estimate a sweep.</summary>
/// <param name="Pixels">Of one image.</param>
/// <param name="TrainImages">In the published training part.</param>
/// <param name="ValidImages">In the published validation part; where there is none, validation images are the last of the training part.</param>
/// <param name="Classes">Labels run from 0 to one less.</param>
/// <param name="Grey">Has values between 0 and 1 before binarisation.</param>
public sealed record DatasetFacts(string Name, int Pixels, int TrainImages, int ValidImages, int TestImages, int Classes, bool Grey)
{
    public static IReadOnlyList<DatasetFacts> All { get; } =
    [
        new("mnist", 784, 60_000, 0, 10_000, 10, Grey: true),
        new("fashion-mnist", 784, 60_000, 0, 10_000, 10, Grey: true),
        new("sprites", 784, 6_000, 1_000, 1_000, 3, Grey: true),
    ];

    /// <returns>Null when nothing is known of that data set.</returns>
    public static DatasetFacts? Find(string name) => All.FirstOrDefault(facts => facts.Name == name);
}
