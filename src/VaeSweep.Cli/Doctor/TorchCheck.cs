using VaeSweep.Torch;

namespace VaeSweep.Cli;

/// <summary>TorchSharp, its libtorch, the kernels chosen for this processor, and CUDA.</summary>
internal static class TorchCheck
{
    private const string Variable = "VAESWEEP_LIBTORCH";

    public static IEnumerable<Finding> Run()
    {
        try
        {
            TorchRuntime.Load();
        }
        catch (TorchLibraryException broken)
        {
            // The message says what to do.
            return [TorchSharp(), Finding.Missing("libtorch", broken.Message, "nothing can be trained like this; all else works"),
                .. GpuCheck.Run(torchHasCuda: null)];
        }

        return [TorchSharp(), Libtorch(), Kernels(), .. GpuCheck.Run(TorchRuntime.BuiltWithCuda)];
    }

    private static Finding TorchSharp() => Finding.Ok("TorchSharp", TorchRuntime.TorchSharpVersion);

    private static Finding Libtorch()
    {
        var asked = Environment.GetEnvironmentVariable(Variable);
        var whose = string.IsNullOrEmpty(asked) ? "the program's own" : $"by {Variable}";
        return Finding.Ok("libtorch",
            $"{TorchRuntime.TorchVersion}, {whose}, {(TorchRuntime.BuiltWithCuda ? "with" : "without")} "
                + $"CUDA: {TorchRuntime.TorchPath}");
    }

    private static Finding Kernels()
    {
        var forced = Environment.GetEnvironmentVariable("VAESWEEP_CPU") is { Length: > 0 } value
            ? $" (VAESWEEP_CPU={value})" : "";
        return TorchRuntime.OwnKernels
            ? Finding.Ok("kernels", $"{TorchRuntime.CpuKernels}{forced}")
            : Finding.Note("kernels", $"none of this program's own: TorchSharp's operations do everything{forced}",
                "slower by half and more; unset VAESWEEP_CPU");
    }
}
