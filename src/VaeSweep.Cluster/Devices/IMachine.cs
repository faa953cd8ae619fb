namespace VaeSweep.Cluster;

/// <summary>What a machine has to train on.</summary>
public interface IMachine
{
    /// <summary>Cores that this process may use (affinity and container limits considered).</summary>
    int Cores { get; }

    /// <summary>NVIDIA GPUs that this process may use.</summary>
    int Gpus { get; }

    /// <summary>How <see cref="Gpus"/> came about, for a person: "nvidia-smi lists 8, CUDA_VISIBLE_DEVICES=2,3 shows 2 of them".</summary>
    string GpuNote { get; }
}
