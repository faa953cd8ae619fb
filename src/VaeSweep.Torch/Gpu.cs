namespace VaeSweep.Torch;

/// <summary>A GPU as its driver describes it.</summary>
/// <param name="Uuid">As nvidia-smi prints it. The same whatever number the GPU has in a process.</param>
/// <param name="MemoryBytes">All of its memory.</param>
public sealed record Gpu(string Name, string Uuid, long MemoryBytes);
