namespace VaeSweep.Sweeps.Search;

/// <summary>A way to end trials early.</summary>
/// <param name="Name">As in the sweep file.</param>
/// <param name="Settings">Whole numbers that it takes, with their defaults; null where there is none.</param>
/// <param name="Make">Makes one of its settings, a whole trial's epochs, and the search's seed.</param>
public sealed record SchedulerFacts(
    string Name, IReadOnlyDictionary<string, int?> Settings, Func<IReadOnlyDictionary<string, int>, int, long, IScheduler> Make);
