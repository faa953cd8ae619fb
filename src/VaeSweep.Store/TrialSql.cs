namespace VaeSweep.Store;

/// <summary>Conditions and assignments of trials that both stores write alike.</summary>
internal static class TrialSql
{
    /// <summary>Of trial t: <see cref="TrialPolicy.IsFinished"/>.</summary>
    public const string Finished = "t.state IN ('succeeded', 'failed', 'stopped')";

    /// <summary>Of a trial that is queued again: its last checkpoint, unless that has been given up for room.</summary>
    public const string KeepCheckpoint = """
        last_checkpoint = (SELECT k.checkpoint_key FROM t_checkpoints k WHERE k.checkpoint_key = last_checkpoint AND NOT k.obsolete),
        checkpoint_epoch = (SELECT k.epoch FROM t_checkpoints k WHERE k.checkpoint_key = last_checkpoint AND NOT k.obsolete)
        """;
}
