namespace VaeSweep.Sweeps.Search;

/// <summary>A way to end trials early.</summary>
/// <param name="Name">As in the sweep file.</param>
/// <param name="Settings">Numbers that it takes; the first says when it first looks.</param>
/// <param name="Make">Makes one of its settings, a whole trial's epochs, and the search's seed.</param>
public sealed record SchedulerFacts(
    string Name, IReadOnlyList<SchedulerSetting> Settings,
    Func<IReadOnlyDictionary<string, double>, int, long, IScheduler> Make)
{
    /// <summary>Points go on as copies of others, with other settings: how; null where they do not.</summary>
    public Func<IReadOnlyDictionary<string, double>, ExploreSettings>? Explores { get; init; }
}

/// <summary>A number that a scheduler takes.</summary>
/// <param name="Usual">Null where it has to be given.</param>
/// <param name="IsWhole">It is a whole number.</param>
public sealed record SchedulerSetting(string Name, double? Usual, double Least, double Most, bool IsWhole)
{
    private const int MostEpochs = 1_000_000;

    public static SchedulerSetting Whole(string name, int? usual, int least = 1) => new(name, usual, least, MostEpochs, true);

    public static SchedulerSetting Part(string name, double usual, double least, double most) =>
        new(name, usual, least, most, false);
}
