namespace VaeSweep.Chaos.Clusters;

/// <summary>What can happen to a cluster of processes.</summary>
internal enum BlowKind
{
    KillHead,
    KillWorker,
    KillTrainer,
    HaltHead,
    HaltWorker,
    DrainWorker,
}
