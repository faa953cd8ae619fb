namespace VaeSweep.Sweeps;

/// <summary>Every data set. A new one is a line here and, in the trainer's Data/Sources, one file: its card, where its files are
/// and how they are read.</summary>
public static class DatasetList
{
    private static readonly (double, double) _ink = (0.05, 0.01);
    private static readonly (double, double) _half = (0.5, 0.02);

    public static IReadOnlyList<DatasetFacts> All { get; } =
    [
        new("mnist", 28, 28, 60_000, 0, 10_000) { Classes = 10, PseudoInputs = _ink },
        new("fashion-mnist", 28, 28, 60_000, 0, 10_000) { Classes = 10 },
        new("binarized-mnist", 28, 28, 50_000, 10_000, 10_000) { Binary = true, PseudoInputs = _ink },
        new("binarized-mnist-joined", 28, 28, 60_000, 0, 10_000) { Binary = true, PseudoInputs = _ink },
        new("omniglot", 28, 28, 24_345, 0, 8_115) { Classes = 1_623, PseudoInputs = _ink },
        new("omniglot-chardata", 28, 28, 24_345, 0, 8_070) { PseudoInputs = _ink },
        new("caltech101-silhouettes", 28, 28, 4_100, 2_264, 2_307) { Classes = 101, FirstClass = 1, Binary = true,
            PseudoInputs = _half },
        new("frey-faces", 28, 20, 1_565, 200, 200) { PseudoInputs = _half },
        new("small-norb", 32, 32, 48_600, 0, 48_600) { Classes = 5 },
        new("sprites", 28, 28, 6_000, 1_000, 1_000) { Classes = 3 },
    ];

    /// <returns>Null when nothing is known of that data set.</returns>
    public static DatasetFacts? Find(string name) => All.FirstOrDefault(facts => facts.Name == name);

    /// <summary>Of a data set that must have its line.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public static DatasetFacts At(string name) => Find(name)
        ?? throw new InvalidOperationException($"{nameof(DatasetList)} has no line for the data set '{name}'.");
}
