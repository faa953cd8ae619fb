namespace VaeSweep.Cluster.Tests.Devices;

public sealed class VisibleGpuTests
{
    // Board 0 and 2 whole, board 1 divided into two slices.
    private static readonly IReadOnlyList<Gpu> _present =
    [
        new("GPU-8932f937-d72c-4106-c12f-20bd9faed9f6", "A100", 40L << 30, 0, "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"),
        new("MIG-11111111-0000-0000-0000-000000000000", "A100 1g.5gb", 5L << 30, 1, "GPU-89777777-0000-0000-0000-000000000000"),
        new("MIG-12222222-0000-0000-0000-000000000000", "A100 1g.5gb", 5L << 30, 1, "GPU-89777777-0000-0000-0000-000000000000"),
        new("GPU-a0000000-0000-0000-0000-000000000000", "A100", 40L << 30, 2, "GPU-a0000000-0000-0000-0000-000000000000"),
    ];

    [Theory]
    [InlineData(null, "GPU-8932 MIG-1111 MIG-1222 GPU-a000")]
    [InlineData("", "")]
    [InlineData("-1", "")]
    [InlineData("NoDevFiles", "")]
    [InlineData("2,0", "GPU-a000 GPU-8932")]
    [InlineData("2, 0", "GPU-a000 GPU-8932")]
    [InlineData("0,9,2", "GPU-8932")]
    [InlineData("0,-1,2", "GPU-8932")]
    [InlineData("0,0,2", "GPU-8932")]
    [InlineData("1", "MIG-1111")]
    [InlineData("GPU-8932f937-d72c-4106-c12f-20bd9faed9f6,2", "GPU-8932 GPU-a000")]
    [InlineData("GPU-a", "GPU-a000")]
    [InlineData("gpu-A0", "GPU-a000")]
    [InlineData("GPU-89", "")]
    [InlineData("GPU-897", "MIG-1111")]
    [InlineData("MIG-12222222-0000-0000-0000-000000000000,MIG-11", "MIG-1222 MIG-1111")]
    [InlineData("MIG-1", "")]
    [InlineData("GPU-ffff,0", "")]
    public void Gpus_are_shown_as_CUDA_shows_them(string? visible, string shown)
    {
        var gpus = VisibleGpus.Of(visible, _present);

        Assert.Equal(shown, string.Join(' ', gpus.Select(gpu => gpu.Uuid[..8])));
    }

    [Fact]
    public void Nvidia_smi_lists_whole_gpus_and_slices()
    {
        var gpus = NvidiaSmiSource.Parse(
            """
            GPU 0: NVIDIA H200 (UUID: GPU-8932f937-d72c-4106-c12f-20bd9faed9f6)
            GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-89777777-0000-0000-0000-000000000000)
              MIG 3g.20gb     Device  0: (UUID: MIG-11111111-0000-0000-0000-000000000000)
              MIG 1g.5gb      Device  1: (UUID: MIG-12222222-0000-0000-0000-000000000000)

            """);

        Assert.Equal(
            [
                ("GPU-8932f937-d72c-4106-c12f-20bd9faed9f6", "NVIDIA H200", 0),
                ("MIG-11111111-0000-0000-0000-000000000000", "NVIDIA A100-SXM4-40GB MIG 3g.20gb", 1),
                ("MIG-12222222-0000-0000-0000-000000000000", "NVIDIA A100-SXM4-40GB MIG 1g.5gb", 1),
            ],
            gpus.Select(gpu => (gpu.Uuid, gpu.Name, gpu.Board)));
    }
}
