namespace VaeSweep.Results;

/// <summary>The questions that `query` knows by name. A new one is one entry here.</summary>
public static class NamedQueries
{
    public static IReadOnlyList<NamedQuery> All { get; } =
    [
        new("curves", "Means over the seeds by epoch, one line for each configuration (point) and epoch.", """
            SELECT t.sweep, t.point, e.epoch, count(*) AS n, avg(e.train_elbo) AS train_elbo,
                   avg(e.valid_elbo) AS valid_elbo, avg(e.test_elbo) AS test_elbo,
                   avg(e.train_kl) AS train_kl, avg(e.active_units) AS active_units
            FROM trials t JOIN epochs e ON e.sweep = t.sweep AND e.trial = t.trial
            WHERE (@sweep IS NULL OR t.sweep = @sweep) AND t.wanted
            GROUP BY t.sweep, t.point, e.epoch ORDER BY t.sweep, t.point, e.epoch
            """),
        new("active-units", "How many latent units of each layer are active at the end of each trial, at 0.01 and at 0.1.", """
            SELECT t.sweep, t.trial, t.seed, u.epoch, u.layer, count(*) AS units,
                   sum(CASE WHEN u.activity > 0.01 THEN 1 ELSE 0 END) AS active,
                   sum(CASE WHEN u.activity > 0.1 THEN 1 ELSE 0 END) AS active_01, sum(u.kl) AS kl
            FROM trials t JOIN units u ON u.sweep = t.sweep AND u.trial = t.trial AND u.epoch = t.epochs_done
            WHERE (@sweep IS NULL OR t.sweep = @sweep) AND t.wanted
            GROUP BY t.sweep, t.trial, t.seed, u.epoch, u.layer ORDER BY t.sweep, t.trial, u.layer
            """),
        new("failures", "Every attempt that failed or was lost, the newest first, and how its trial stands now.", """
            SELECT a.sweep, a.trial, t.state, a.attempt, a.outcome, a.failure_class, a.reason, a.device, a.from_epoch,
                   a.to_epoch, a.ended_at
            FROM trials t JOIN attempts a ON a.sweep = t.sweep AND a.trial = t.trial
            WHERE (@sweep IS NULL OR t.sweep = @sweep) AND a.outcome IN ('failed', 'lost')
            ORDER BY a.ended_at DESC, a.trial, a.attempt
            """),
        new("time-by-device", "Training time of each host's devices: attempts, epochs, seconds, seconds an epoch.", """
            SELECT a.provenance ->> 'host' AS host, a.device, count(DISTINCT a.trial) AS trials, count(*) AS epochs,
                   sum(e.seconds) AS seconds, avg(e.seconds) AS seconds_an_epoch
            FROM attempts a JOIN epochs e ON e.sweep = a.sweep AND e.trial = a.trial AND e.attempt = a.attempt
            WHERE (@sweep IS NULL OR a.sweep = @sweep)
            GROUP BY a.provenance ->> 'host', a.device ORDER BY host, a.device
            """),
    ];

    /// <returns>Null when there is none of that name.</returns>
    public static NamedQuery? Find(string name) => All.FirstOrDefault(q => q.Name == name);
}
