namespace VaeSweep.Sweeps.Search;

/// <summary>Every way to end trials early. A new one is one file and one line here.</summary>
public static class SchedulerList
{
    public static IReadOnlyList<SchedulerFacts> All { get; } =
    [
        new(
            "asha",
            new Dictionary<string, int?>(StringComparer.Ordinal)
            {
                ["min_epochs"] = null, ["reduction"] = 3, ["brackets"] = 1,
            },
            (with, epochs, seed) =>
                new AshaScheduler(with["min_epochs"], with["reduction"], epochs, with["brackets"], seed)),
        new("hyperband", new Dictionary<string, int?>(StringComparer.Ordinal) { ["min_epochs"] = null, ["reduction"] = 3 },
            (with, epochs, seed) => new AshaScheduler(with["min_epochs"], with["reduction"], epochs, int.MaxValue, seed)),
        new("median", new Dictionary<string, int?>(StringComparer.Ordinal) { ["min_epochs"] = null, ["every"] = 1 },
            (with, epochs, _) => new MedianScheduler(with["min_epochs"], with["every"], epochs)),
    ];

    /// <returns>Null when there is no such scheduler.</returns>
    public static SchedulerFacts? Find(string name) => All.FirstOrDefault(facts => facts.Name == name);
}
