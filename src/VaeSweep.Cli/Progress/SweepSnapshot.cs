using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>How far a sweep is.</summary>
internal sealed record SweepSnapshot(SweepStatus Sweep, IReadOnlyList<RunningTrial> Running)
{
    private const int ShownTrials = 64;

    /// <summary>Epochs that will still be trained or are already: those of failed and stopped trials are not waited for.</summary>
    public long EpochsDone => Sweep.EpochsDone;

    public bool Ended => Sweep.Open == 0;

    public double Fraction => Sweep.EpochsTotal == 0 ? 1 : Math.Clamp((double)Sweep.EpochsDone / Sweep.EpochsTotal, 0, 1);

    /// <summary>Reads it from the store, so that trials of other nodes are seen, too.</summary>
    /// <returns>Null when there is no such sweep.</returns>
    public static async Task<SweepSnapshot?> ReadAsync(IStore store, string name, CancellationToken cancellationToken)
    {
        if (await store.GetSweepAsync(name, cancellationToken) is not { } sweep)
        {
            return null;
        }

        if (sweep.Count(TrialState.Running) == 0)
        {
            return new SweepSnapshot(sweep, []);
        }

        var rows = await store.QueryAsync(
            $"""
            SELECT t.trial, t.worker,
                   (SELECT a.device FROM attempts a WHERE a.sweep = t.sweep AND a.trial = t.trial AND a.attempt = t.attempts) AS device,
                   t.epochs_done, t.epochs,
                   (SELECT COALESCE(e.valid_elbo, e.train_elbo) FROM epochs e
                    WHERE e.sweep = t.sweep AND e.trial = t.trial AND e.epoch = t.epochs_done) AS bound
            FROM trials t
            WHERE t.sweep = @sweep AND t.state = 'running'
            ORDER BY t.worker, t.trial LIMIT {ShownTrials}
            """,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = name }, TimeSpan.FromSeconds(20), cancellationToken);
        return new SweepSnapshot(sweep, [.. rows.Rows.Select(r => new RunningTrial(
            Text(r[0]), Text(r[1]), Text(r[2]), (int)Number(r[3]), (int)Number(r[4]), r[5] is null ? double.NaN : Number(r[5])))]);
    }

    private static string Text(object? value) => value as string ?? "";

    private static double Number(object? value) => Convert.ToDouble(value ?? 0);
}
