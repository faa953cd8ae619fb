using VaeSweep.Torch.Kernels;

namespace VaeSweep.Training;

/// <summary>The software that numbers depend on, in one line: what a sweep is trained with. Known without libtorch.</summary>
public static class Stack
{
    /// <summary>Version of libtorch without what it was built for, such as "2.10.0".</summary>
    public static string Libtorch { get; } = TorchRuntime.TorchVersion.Split('+')[0];

    /// <summary>Of a trainer on a device, such as "numerics 1, libtorch 2.10.0", and with ", cuda" on a GPU or ", base kernels"
    /// on an old processor, where rounding differs.</summary>
    /// <param name="device">cpu:0, cuda:1, ...</param>
    /// <exception cref="ArgumentException">It is no device.</exception>
    public static string Of(string device) =>
        $"numerics {Numerics.Number}, "
            + $"libtorch {Libtorch}"
            + $"{(TrainerEnvironment.ParseDevice(device).Kind == "cuda" ? ", cuda" : Rounding(CpuKernels.Name))}";

    // Kernels of all widths that multiply and add in one rounding compute the same bits.
    private static string Rounding(string kernels) => kernels switch
    {
        "base" => ", base kernels",
        CpuKernels.None => ", no kernels",
        _ => "",
    };
}
