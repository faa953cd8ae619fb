namespace VaeSweep.Store.Postgres;

/// <content>The table of what is queued. Whoever writes it holds the trial's row, so that nobody waits for its rows.</content>
internal sealed partial class PostgresStore
{
    private const string QueueColumns = "trial_key, sweep_key, pack_id, checkpoint_epoch, trial_index";

    /// <summary>Columns of trial t, in the order of <see cref="QueueColumns"/>.</summary>
    private const string QueuedTrial = "t.trial_key, t.sweep_key, t.pack_id, coalesce(t.checkpoint_epoch, -1), t.trial_index";

    /// <summary>Of trial $1, when it is queued.</summary>
    private const string EnqueueSql = $"""
        INSERT INTO t_queue({QueueColumns}) SELECT {QueuedTrial} FROM t_trials t WHERE t.trial_key = $1 AND t.state = 'queued'
        ON CONFLICT (trial_key) DO UPDATE SET pack_id = excluded.pack_id, checkpoint_epoch = excluded.checkpoint_epoch, trial_index = excluded.trial_index
        """;

    /// <summary>Brings into the queue what trials of a sweep were given: another place, or to be queued. In two steps, because nearly all of it is there already where a
    /// stopped sweep goes on.</summary>
    private static async Task SynchroniseQueueAsync(Session session, long sweepKey)
    {
        await session.ExecuteAsync(
            """
            UPDATE t_queue q SET pack_id = t.pack_id, checkpoint_epoch = coalesce(t.checkpoint_epoch, -1), trial_index = t.trial_index
            FROM t_trials t
            WHERE q.sweep_key = $1 AND t.trial_key = q.trial_key
              AND (q.pack_id <> t.pack_id OR q.checkpoint_epoch <> coalesce(t.checkpoint_epoch, -1) OR q.trial_index <> t.trial_index)
            """,
            sweepKey);
        await session.ExecuteAsync(
            $"""
            INSERT INTO t_queue({QueueColumns}) SELECT {QueuedTrial} FROM t_trials t
            WHERE t.sweep_key = $1 AND t.state = 'queued' AND NOT EXISTS (SELECT FROM t_queue q WHERE q.trial_key = t.trial_key)
            ORDER BY t.trial_index ON CONFLICT DO NOTHING
            """,
            sweepKey);
    }
}
