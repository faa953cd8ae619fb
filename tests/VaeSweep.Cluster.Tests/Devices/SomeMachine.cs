namespace VaeSweep.Cluster.Tests.Devices;

/// <summary>A machine with so many cores and GPUs. Core i is processor 2 i, GPU i is GPU-i...</summary>
internal sealed record SomeMachine(int Cores, int GpuCount) : IMachine
{
    public IReadOnlyList<int> Processors { get; init; } = [.. Enumerable.Range(0, Cores).Select(i => 2 * i)];

    public IReadOnlyList<Gpu> Gpus { get; } =
        [.. Enumerable.Range(0, GpuCount).Select(i => new Gpu(Uuid(i), "Some GPU", 1L << 34, i, Uuid(i)))];

    public string GpuNote => $"NVML counts {GpuCount}";

    private static string Uuid(int number) => $"GPU-{number}0000000-0000-0000-0000-000000000000";
}
