namespace VaeSweep.Cluster;

/// <summary>Whoever can tell which GPUs a machine has.</summary>
internal interface IGpuSource
{
    /// <summary>How it is named to a person.</summary>
    string Name { get; }

    /// <returns>All of the machine, whatever CUDA_VISIBLE_DEVICES says; null when it cannot tell.</returns>
    IReadOnlyList<Gpu>? List();
}
