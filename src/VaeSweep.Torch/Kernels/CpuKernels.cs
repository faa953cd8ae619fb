using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Torch.Kernels;

/// <summary>Which kernels this processor runs: the widest it has, or those that VAESWEEP_CPU names.</summary>
public static class CpuKernels
{
    /// <summary>The environment variable that chooses: a name of <see cref="Available"/>, or none.</summary>
    public const string Variable = "VAESWEEP_CPU";

    /// <summary>No kernels: libtorch's own operations do all the work.</summary>
    public const string None = "none";

    private static readonly string[] _names = ["avx512", "avx2", "neon", "base"];

    private static readonly Lazy<IKernels?> _chosen = new(() => Choose(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>The kernels in use; null for none.</summary>
    /// <exception cref="InvalidOperationException">VAESWEEP_CPU names kernels that do not exist or that this processor cannot
    /// run.</exception>
    public static IKernels? Current => _chosen.Value;

    /// <summary>Name of the kernels in use, or none.</summary>
    /// <exception cref="InvalidOperationException">VAESWEEP_CPU names kernels that do not exist or that this processor cannot
    /// run.</exception>
    public static string Name => Current?.Name ?? None;

    /// <summary>What this processor runs, the fastest first.</summary>
    public static IReadOnlyList<string> Available { get; } = [.. _names.Where(IsSupported)];

    /// <summary>The fastest that this processor runs, whatever VAESWEEP_CPU says: for what all kinds give alike, such as random
    /// numbers.</summary>
    public static IKernels Fastest { get; } = Make(Available[0]);

    /// <summary>The kernels of a name; null where this processor lacks their instructions.</summary>
    /// <exception cref="ArgumentException">There are no kernels of that name.</exception>
    public static IKernels? For(string name) => IsSupported(name) ? Make(name) : null;

    /// <summary>The kernels that a value of VAESWEEP_CPU asks for; null for none.</summary>
    /// <exception cref="InvalidOperationException">It names kernels that do not exist or that this processor cannot
    /// run.</exception>
    internal static IKernels? Choose(string? wanted) => wanted switch
    {
        null or "" => Make(Available[0]),
        None => null,
        _ when Available.Contains(wanted) => Make(wanted),
        _ => throw new InvalidOperationException(
            $"{Variable} is '{wanted}', which {(_names.Contains(wanted) ? "this processor cannot run" : "names no kernels")}" +
            $". Allowed here: {string.Join(", ", Available)}, {None}; unset it for {Available[0]}."),
    };

    private static bool IsSupported(string name) => name switch
    {
        "avx512" => Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported,
        "avx2" => Avx2.IsSupported && Fma.IsSupported,
        "neon" => AdvSimd.Arm64.IsSupported,
        "base" => true,
        _ => throw new ArgumentException($"'{name}' names no kernels; there are {string.Join(", ", _names)}.", nameof(name)),
    };

    private static IKernels Make(string name) => name switch
    {
        "avx512" => new VectorKernels<Float16, Whole<float>, Whole<double>>(name),
        "avx2" => new VectorKernels<Float8, Halves<float>, Halves<double>>(name),
        "neon" => Narrow<Fused>(name),
        _ => Narrow<Unfused>(name),
    };

    /// <summary>128 bits. Fused is for processors that have the instruction, which tests look for themselves.</summary>
    internal static IKernels Narrow<TRounding>(string name)
        where TRounding : struct, IRounding =>
        new VectorKernels<Float4<TRounding>, Quarters<float, TRounding>, Quarters<double, TRounding>>(name);
}
