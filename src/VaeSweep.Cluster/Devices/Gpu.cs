namespace VaeSweep.Cluster;

/// <summary>A GPU that a process can be given alone: a whole one, or a slice of one that is divided (MIG).</summary>
/// <param name="Uuid">GPU-... or MIG-..., as CUDA_VISIBLE_DEVICES takes it.</param>
/// <param name="MemoryBytes">0 where it is not told.</param>
/// <param name="Board">Number of the whole GPU, in the order of the PCI bus, as nvidia-smi counts.</param>
/// <param name="BoardUuid">Of the whole GPU.</param>
public sealed record Gpu(string Uuid, string Name, long MemoryBytes, int Board, string BoardUuid)
{
    public bool IsSlice => Uuid.StartsWith("MIG-", StringComparison.OrdinalIgnoreCase);
}
