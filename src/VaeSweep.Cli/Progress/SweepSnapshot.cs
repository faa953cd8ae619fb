using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>How far a sweep is.</summary>
internal sealed record SweepSnapshot(SweepStatus Sweep, IReadOnlyList<RunningTrial> Running)
{
    private const int ShownTrials = 64;

    /// <summary>Running trials whose process is not in contact any more.</summary>
    public long Lost { get; init; }

    /// <summary>Since the first of them was last heard of.</summary>
    public TimeSpan LostSince { get; init; }

    /// <summary>Epochs that will still be trained or are already: those of failed and stopped trials are not waited
    /// for.</summary>
    public long EpochsDone => Sweep.EpochsDone;

    public bool Ended => Sweep.Open == 0;

    public double Fraction => Sweep.EpochsTotal == 0 ? 1 : Math.Clamp((double)Sweep.EpochsDone / Sweep.EpochsTotal, 0, 1);

    /// <summary>Reads it from the store, so that trials of other nodes are seen, too.</summary>
    /// <param name="contact">Who is in contact; null where this process is the head, or only counts.</param>
    /// <returns>Null when there is no such sweep.</returns>
    public static async Task<SweepSnapshot?> ReadAsync(
        IStore store, string name, CancellationToken cancellationToken, Contact? contact = null)
    {
        if (await store.GetSweepAsync(name, cancellationToken) is not { } sweep)
            return null;

        if (sweep.Count(TrialState.Running) == 0)
            return new SweepSnapshot(sweep, []);

        var running = await store.Results.TrialsAsync(
            TrialFilter.AllOf(name) with { State = TrialState.Running }, TrialParts.Progress | TrialParts.Worker,
            cancellationToken).ToListAsync(cancellationToken);
        List<TrialRecord> shown = [.. running.OrderBy(t => t.Worker, StringComparer.Ordinal)
            .ThenBy(t => t.Id, StringComparer.Ordinal).Take(ShownTrials)];
        var last = await store.Results.CurvesAsync(
            TrialFilter.AllOf(name) with { Ids = [.. shown.Where(t => t.EpochsDone > 0).Select(t => t.Id)] },
            new CurveRequest(["valid_elbo", "train_elbo"]) { LastEpoch = true },
            cancellationToken).ToDictionaryAsync(
                c => c.Trial, c => double.IsNaN(c.Values[0][^1])
                    ? c.Values[1][^1] : c.Values[0][^1], StringComparer.Ordinal, cancellationToken);
        var lost = running.Select(t => contact?.LostSince(t.Worker)).OfType<TimeSpan>().ToList();
        return new SweepSnapshot(sweep, [.. shown.Select(t => new RunningTrial(
            t.Id, t.Worker ?? "", t.Device
                ?? "", t.EpochsDone, t.Epochs,
                last.GetValueOrDefault(t.Id, double.NaN)) { Lost = contact?.LostSince(t.Worker) })])
        {
            Lost = lost.Count, LostSince = lost.Count > 0 ? lost.Max() : TimeSpan.Zero,
        };
    }
}
