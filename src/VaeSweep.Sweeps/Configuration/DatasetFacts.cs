namespace VaeSweep.Sweeps;

/// <summary>What is known of a data set before a file of it is opened: enough to refuse impossible splits and to estimate a sweep.</summary>
/// <param name="Pixels">Of one image.</param>
/// <param name="TrainImages">In the published training file; validation images are its last.</param>
/// <param name="Classes">Labels run from 0 to one less.</param>
/// <param name="Grey">Has values between 0 and 1 before binarisation.</param>
public sealed record DatasetFacts(string Name, int Pixels, int TrainImages, int TestImages, int Classes, bool Grey)
{
    public static IReadOnlyList<DatasetFacts> All { get; } =
    [
        new("mnist", 784, 60_000, 10_000, 10, Grey: true),
        new("fashion-mnist", 784, 60_000, 10_000, 10, Grey: true),
    ];

    /// <returns>Null when nothing is known of that data set.</returns>
    public static DatasetFacts? Find(string name) => All.FirstOrDefault(facts => facts.Name == name);
}
