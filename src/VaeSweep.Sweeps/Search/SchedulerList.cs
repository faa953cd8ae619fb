namespace VaeSweep.Sweeps.Search;

/// <summary>Every way to end trials early. A new one is one file and one line here.</summary>
public static class SchedulerList
{
    private static readonly SchedulerSetting _minEpochs = SchedulerSetting.Whole("min_epochs", usual: null);
    private static readonly SchedulerSetting _reduction = SchedulerSetting.Whole("reduction", 3, least: 2);

    public static IReadOnlyList<SchedulerFacts> All { get; } =
    [
        new("asha", [_minEpochs, _reduction, SchedulerSetting.Whole("brackets", 1)], (with, epochs, seed) => new AshaScheduler(
            (int)with["min_epochs"], (int)with["reduction"], epochs, (int)with["brackets"], seed)),
        new("hyperband", [_minEpochs, _reduction], (with, epochs, seed) =>
            new AshaScheduler((int)with["min_epochs"], (int)with["reduction"], epochs, int.MaxValue, seed)),
        new("median", [_minEpochs, SchedulerSetting.Whole("every", 1)],
            (with, epochs, _) => new MedianScheduler((int)with["min_epochs"], (int)with["every"], epochs)),
        new(
            "pbt",
            [
                SchedulerSetting.Whole("every", usual: null), SchedulerSetting.Whole("burn_in", 0, least: 0),
                SchedulerSetting.Part("quantile", 0.25, 0, 0.5), SchedulerSetting.Part("resample", 0.25, 0, 1),
                SchedulerSetting.Part("up", 1.2, 1, 1000), SchedulerSetting.Part("down", 0.8, 0.001, 1),
            ],
            (with, epochs, seed) =>
                new PopulationScheduler((int)with["every"], (int)with["burn_in"], with["quantile"], epochs, seed))
        {
            Explores = with => new ExploreSettings(with["resample"], with["up"], with["down"]),
        },
    ];

    /// <returns>Null when there is no such scheduler.</returns>
    public static SchedulerFacts? Find(string name) => All.FirstOrDefault(facts => facts.Name == name);
}
