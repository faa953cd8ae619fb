using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>What must hold of a store after any number of accidents.</summary>
internal static class ChaosInvariants
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly (string Broken, string Sql)[] Forbidden =
    [
        ("a trial has not succeeded", "SELECT sweep, trial, state, reason FROM trials WHERE state <> 'succeeded'"),
        ("a trial has succeeded more or less than once", "SELECT sweep, trial, count(*) FROM attempts WHERE outcome = 'succeeded' GROUP BY sweep, trial HAVING count(*) <> 1"),
        ("an attempt went on after its trial had succeeded", "SELECT a.sweep, a.trial, a.attempt FROM attempts a JOIN trials t ON t.sweep = a.sweep AND t.trial = a.trial WHERE a.outcome = 'succeeded' AND a.attempt <> t.attempts"),
        ("a lease or an attempt was left open", "SELECT sweep, trial, attempt FROM attempts WHERE outcome IS NULL OR ended_at IS NULL"),
        ("an epoch is missing", "SELECT t.sweep, t.trial, t.epochs, count(e.epoch) FROM trials t LEFT JOIN epochs e ON e.sweep = t.sweep AND e.trial = t.trial GROUP BY t.sweep, t.trial, t.epochs HAVING count(e.epoch) <> t.epochs"),
        ("an epoch is there twice", "SELECT sweep, trial, epoch FROM epochs GROUP BY sweep, trial, epoch HAVING count(*) > 1"),
        ("an epoch was written by an attempt that was not at it", "SELECT e.sweep, e.trial, e.epoch, e.attempt FROM epochs e JOIN attempts a ON a.sweep = e.sweep AND a.trial = e.trial AND a.attempt = e.attempt WHERE e.epoch <= a.from_epoch OR e.epoch > a.to_epoch"),
        ("a later epoch was written by an earlier attempt: a stale write took effect", "SELECT a.sweep, a.trial, a.epoch, b.epoch FROM epochs a JOIN epochs b ON b.sweep = a.sweep AND b.trial = a.trial AND b.epoch > a.epoch AND b.attempt < a.attempt"),
    ];

    private static readonly (string What, string Sql)[] Numbers =
    [
        ("epoch", "SELECT trial, epoch, train_elbo, train_recon, train_kl, valid_elbo, valid_recon, valid_kl, train_objective, beta, active_units, active_units_01, grad_norm FROM epochs WHERE sweep = @sweep ORDER BY trial, epoch"),
        ("evaluation", "SELECT trial, metric, samples, value, images FROM evaluations WHERE sweep = @sweep ORDER BY trial, metric, samples"),
    ];

    /// <returns>What is broken; empty when all holds.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(IStore store, IReadOnlyList<string> sweeps, IReadOnlyList<string> reference, CancellationToken cancellationToken)
    {
        var broken = new List<string>();
        foreach (var (what, sql) in Forbidden)
        {
            var rows = (await store.QueryAsync(sql, null, Patience, cancellationToken)).Rows;
            if (rows.Count > 0)
            {
                broken.Add($"{what}: {rows.Count} times, first {string.Join(' ', rows[0])}");
            }
        }

        foreach (var node in (await store.ListNodesAsync(cancellationToken)).Where(n => n.RunningTrials > 0))
        {
            broken.Add($"node {node.Info.Node} still holds {node.RunningTrials} trials");
        }

        foreach (var sweep in sweeps)
        {
            var numbers = await NumbersAsync(store, sweep, cancellationToken);
            var different = numbers.Zip(reference).FirstOrDefault(pair => pair.First != pair.Second);
            if (numbers.Count != reference.Count || different.First is not null)
            {
                broken.Add($"{sweep} differs from an undisturbed run: {different.First ?? $"{numbers.Count} numbers"} instead of {different.Second ?? $"{reference.Count}"}");
            }
        }

        return broken;
    }

    /// <summary>Every number that a sweep computed, two being the same when their bits are.</summary>
    public static async Task<IReadOnlyList<string>> NumbersAsync(IStore store, string sweep, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var (what, sql) in Numbers)
        {
            var rows = (await store.QueryAsync(sql, new Dictionary<string, object?> { ["sweep"] = sweep }, Patience, cancellationToken)).Rows;
            lines.AddRange(rows.Select(row => $"{what} {string.Join(' ', row.Select(Exact))}"));
        }

        return lines;
    }

    private static string Exact(object? value) => value is double number ? $"{BitConverter.DoubleToInt64Bits(number):x16}" : $"{value}";
}
