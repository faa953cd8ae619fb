namespace VaeSweep.Cluster;

/// <summary>What a machine has to train on.</summary>
public interface IMachine
{
    /// <summary>Cores that this process may use (affinity and container limits considered).</summary>
    int Cores { get; }

    /// <summary>Numbers of those cores; empty where a container's limit is on time alone, so that no core is anybody's.</summary>
    IReadOnlyList<int> Processors { get; }

    /// <summary>NVIDIA GPUs and slices that this process may use; cuda:N is the N-th.</summary>
    IReadOnlyList<Gpu> Gpus { get; }

    /// <summary>How <see cref="Gpus"/> came about, for a person: "NVML lists 8, CUDA_VISIBLE_DEVICES=2,3 shows 2 of
    /// them".</summary>
    string GpuNote { get; }
}
