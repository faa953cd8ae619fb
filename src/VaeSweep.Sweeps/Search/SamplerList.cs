namespace VaeSweep.Sweeps.Search;

/// <summary>Every method that draws points. A new one is one file and one line here.</summary>
public static class SamplerList
{
    public static IReadOnlyList<SamplerFacts> All { get; } =
    [
        new("random", (seed, _) => new RandomSampler(seed)),
        new("sobol", (seed, _) => new SobolSampler(seed)),
        new("tpe", (seed, startup) => new TpeSampler(seed, startup)) { Learns = true },
    ];

    /// <returns>Null when there is no such method.</returns>
    public static SamplerFacts? Find(string name) => All.FirstOrDefault(facts => facts.Name == name);
}
