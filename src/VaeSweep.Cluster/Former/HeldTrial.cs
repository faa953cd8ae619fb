using VaeSweep.Store;

namespace VaeSweep.Cluster.Former;

/// <summary>One claimed trial in its worker's hands.</summary>
internal sealed class HeldTrial(Claim claim)
{
    public Claim Claim { get; } = claim;

    public AttemptKey Attempt => Claim.Attempt;

    /// <summary>The newest checkpoint: the claim's, then this attempt's own.</summary>
    public string? CheckpointPath { get; set; } = claim.CheckpointPath;

    public int CheckpointEpoch { get; set; } = claim.CheckpointEpoch;

    public int FirstEpoch { get; set; }

    public int LastEpoch { get; set; }

    /// <summary>When its training began here; null while it waits.</summary>
    public long? StartedAt { get; set; }

    /// <summary>How it is to end although it could go on: released, paused or stopped. The first who asks decides, but an owner's word
    /// counts more than our own leaving.</summary>
    public AttemptOutcome? Asked { get; set; }

    public long? AskedAt { get; set; }

    /// <summary>Another worker may have it: nothing of it is to be written.</summary>
    public bool Lost { get; set; }

    public override string ToString() => $"{Claim.Sweep}/{Claim.TrialId} attempt {Attempt.Attempt}";
}
