using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>.NET, processor, memory.</summary>
internal static class MachineCheck
{
    private const long LittleMemory = 2_000_000_000;

    public static IEnumerable<Finding> Run()
    {
        yield return Finding.Ok("vaesweep", $"{CliVersion.Text} in {AppContext.BaseDirectory.TrimEnd('/')}");
        yield return Finding.Ok(".NET", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}");
        var features = Features();
        var fast = features.Contains("AVX2", StringComparison.Ordinal) || features.Contains("NEON", StringComparison.Ordinal);
        yield return new Finding(
            "processor", fast ? FindingState.Ok : FindingState.Note,
            $"{Processor.Name()}, {Wording.Count(Environment.ProcessorCount, "core")} to use, {features}");
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        yield return memory >= LittleMemory
            ? Finding.Ok("memory", Wording.Size(memory))
            : Finding.Note("memory", Wording.Size(memory), "a trainer takes about 0.5 GB: use --devices cpu:1");
    }

    private static string Features()
    {
        if (System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported)
            return "NEON";

        var names = new (bool Has, string Name)[]
        {
            (Avx2.IsSupported, "AVX2"), (Fma.IsSupported, "FMA"), (Avx512F.IsSupported, "AVX-512"),
            (Avx512BW.IsSupported, "AVX-512BW"),
        };
        var has = names.Where(n => n.Has).Select(n => n.Name).ToList();
        return has.Count == 0 ? "no AVX2 (slow)" : string.Join(" ", has);
    }
}
