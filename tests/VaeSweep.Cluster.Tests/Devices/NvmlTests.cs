using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VaeSweep.Cluster.Tests.Devices;

/// <summary>The real calls, into a library that is compiled for the test.</summary>
public sealed unsafe class NvmlTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-nvml-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Whole_gpus_and_slices_are_listed_by_UUID_and_one_that_is_lost_is_not()
    {
        var library = Compile();

        var gpus = new NvmlSource(library).List();

        Assert.Equal(
            [
                new Gpu("GPU-8932f937-d72c-4106-c12f-20bd9faed9f6", "Fake A100", 40L << 30, 0,
                    "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"),
                new Gpu("MIG-11111111-0000-0000-0000-000000000000", "Fake A100 MIG 1g.5gb", 5L << 30, 1,
                    "GPU-89777777-0000-0000-0000-000000000000"),
                new Gpu("MIG-12222222-0000-0000-0000-000000000000", "Fake A100 MIG 1g.5gb", 5L << 30, 1,
                    "GPU-89777777-0000-0000-0000-000000000000"),
            ],
            gpus);
        var running = (delegate* unmanaged<int>)NativeLibrary.GetExport(NativeLibrary.Load(library), "fake_running");
        Assert.Equal(0, running());
    }

    [Fact]
    public void A_machine_takes_numbers_and_names_from_the_library_and_says_so()
    {
        var library = Compile();

        var all = new ThisMachine(visible: null, [new NvmlSource(library)]);
        var some = new ThisMachine("MIG-12,0", [new NvmlSource(library)]);

        Assert.Equal(["cuda:0", "cuda:1", "cuda:2"], DeviceSpec.Parse("cuda", all));
        Assert.Equal("NVML lists 1 whole and 2 slices (MIG)", all.GpuNote);
        Assert.Equal(["MIG-12222222-0000-0000-0000-000000000000", "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"],
            some.Gpus.Select(gpu => gpu.Uuid));
        Assert.Equal(["cuda:0"], DeviceSpec.Parse("cuda:MIG-12222222-0000-0000-0000-000000000000", some));
        var error = Assert.Throws<ArgumentException>(() => DeviceSpec.Parse("cuda:2", some));
        Assert.Contains(
            "asks for cuda:2, and there are 2: cuda:0 to cuda:1 (NVML lists 1 whole and 2 slices (MIG), "
                + "CUDA_VISIBLE_DEVICES='MIG-12,0' shows 2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_library_the_command_is_asked_and_without_both_there_is_no_gpu()
    {
        var command = Path.Combine(_folder, "nvidia-smi");
        File.WriteAllText(command, "#!/bin/sh\n[ \"$1\" = -L ] && echo 'GPU 0: Fake (UUID: "
            + "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6)'\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var missing = new NvmlSource(Path.Combine(_folder, "libnothing.so"));

        var told = new ThisMachine(visible: null, [missing, new NvidiaSmiSource(command)]);
        var none = new ThisMachine(visible: "0", [missing, new NvidiaSmiSource(Path.Combine(_folder, "nothing"))]);

        Assert.Equal(("nvidia-smi lists 1", 1), (told.GpuNote, told.Gpus.Count));
        Assert.Equal(("no NVIDIA driver was found, CUDA_VISIBLE_DEVICES='0' shows 0", 0), (none.GpuNote, none.Gpus.Count));
    }

    private string Compile([CallerFilePath] string here = "")
    {
        var library = Path.Combine(_folder, $"libnvidia-ml-{Guid.NewGuid():N}.so.1");
        using var compiler = Process.Start(
            new ProcessStartInfo(
                "cc", ["-shared", "-fPIC", "-o", library, Path.Combine(Path.GetDirectoryName(here)!, "fake_nvml.c")]));
        compiler!.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return library;
    }
}
