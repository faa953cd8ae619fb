namespace VaeSweep.Results.Figures;

/// <summary>One wanted trial of a sweep, as figures need it.</summary>
/// <param name="Index">Its place in the sweep.</param>
/// <param name="Point">Its configuration without the seed, by number.</param>
/// <param name="EpochsDone">How many epochs are stored.</param>
/// <param name="Seconds">Training time so far.</param>
/// <param name="Codes">Its configuration, as its <see cref="SweepTrials"/> keeps it.</param>
public sealed record FigureTrial(
    long Index, string Id, long Point, long Seed, TrialState State, int EpochsDone, double Seconds, IReadOnlyList<int> Codes)
{
    /// <summary>The id of the trial that it goes on from as a copy; null for none.</summary>
    public string? Parent { get; init; }
}
