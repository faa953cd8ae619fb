using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Torch.Interop;

/// <summary>Tells OpenBLAS which kernels to use where it does not know the processor.</summary>
internal static partial class BlasKernels
{
    private const string Variable = "OPENBLAS_CORETYPE";

    /// <summary>The core type in force: the user's, ours, or null where OpenBLAS chooses for itself.</summary>
    internal static string? CoreType { get; private set; }

    // OpenBLAS 0.3.21 (Debian 12) takes AMD's AVX-512 cores for AVX2 ones, at 0.6 of their speed. It reads its variable with getenv
    // when it is loaded, and .NET keeps a copy of the environment of its own, so the real one must be set.
    internal static void Choose()
    {
        CoreType = Environment.GetEnvironmentVariable(Variable);
        if (CoreType is not null || !Avx512F.IsSupported || !Avx512BW.IsSupported || !Avx512DQ.IsSupported || !IsAmd())
        {
            return;
        }

        const int Bfloat16 = 1 << 5;
        CoreType = (X86Base.CpuId(7, 1).Eax & Bfloat16) != 0 ? "Cooperlake" : "SkylakeX";
        setenv(Variable, CoreType, 0);
    }

    private static bool IsAmd()
    {
        const int Auth = 0x68747541; // "Auth" of "AuthenticAMD"
        return X86Base.CpuId(0, 0).Ebx == Auth;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
