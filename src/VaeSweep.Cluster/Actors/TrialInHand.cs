using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Actors;

/// <summary>A granted trial in its worker's hands.</summary>
internal sealed class TrialInHand(Dispatch dispatch)
{
    public Granted Trial { get; } = dispatch.Trial;

    public string ConfigJson { get; } = dispatch.ConfigJson;

    public AttemptFence Attempt => Trial.Attempt;

    public long Key => Attempt.Trial;

    /// <summary>The newest checkpoint: of an attempt before, then its own.</summary>
    public string? CheckpointPath { get; set; } = dispatch.Trial.CheckpointPath;

    public int CheckpointEpoch { get; set; } = dispatch.Trial.CheckpointEpoch;

    /// <summary>What is to be told of its damaged checkpoint with the next epoch; null: nothing.</summary>
    public string? Damage { get; set; }

    public int FirstEpoch { get; set; }

    public int LastEpoch { get; set; }

    /// <summary>When its training began here; null while it waits for the first time.</summary>
    public TimeSpan? StartedAt { get; set; }

    /// <summary>When its trainer was first asked to stop it.</summary>
    public TimeSpan? AskedAt { get; set; }

    /// <summary>Its files that are to be sent, where the head does not see them.</summary>
    public FilesInHand Files { get; } = new();

    public override string ToString() => $"{Trial.Sweep}/{Trial.TrialId} attempt {Trial.Ordinal}";
}
