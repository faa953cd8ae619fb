using System.Runtime.Intrinsics.X86;
using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Every kernel that this processor runs, over memory that ends where nothing may be read, against plain loops in double
/// precision.</summary>
public abstract unsafe class KernelTest : IDisposable
{
    /// <summary>Of fused 128-bit vectors on a processor that is not Arm's.</summary>
    private const string Fused128 = "fused128";

    internal GuardedMemory Memory { get; } = new();

    public static TheoryData<string> Kinds => [.. Names];

    private static string[] Names => [.. CpuKernels.Available, .. Fma.IsSupported ? [Fused128] : System.Array.Empty<string>()];

    internal static IKernels Of(string kind) => kind == Fused128 ? CpuKernels.Narrow<Fused>(kind) : CpuKernels.For(kind)!;

    /// <summary>Those that give the same bits.</summary>
    internal static IKernels[] AllFused => [.. Names.Where(n => n != "base").Select(Of)];

    internal static double[] Normals(Random random, long count, double scale = 1) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => (float)(scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
            * Math.Cos(2 * Math.PI * random.NextDouble())))];

    /// <summary>Normal numbers, all but one part of which are zero.</summary>
    internal static double[] Lit(Random random, long count, double part) =>
        [.. Normals(random, count).Select(v => random.NextDouble() < part ? v : 0)];

    internal static float[] Copied(float* p, long count) => new Span<float>(p, (int)count).ToArray();

    internal static double[] Copied(double* p, long count) => new Span<double>(p, (int)count).ToArray();

    /// <summary>Relative to the largest expected value, or to 1.</summary>
    internal static void Near(double[] expected, float* actual, double tolerance)
    {
        var scale = expected.Select(Math.Abs).DefaultIfEmpty().Max() + 1;
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance * scale))
            {
                Assert.Fail($"entry {i} of {expected.Length} is {actual[i]:R}, expected {expected[i]:R} "
                    + $"within {tolerance * scale:R}");
            }
        }
    }

    internal static void Same(float[] expected, float[] actual) =>
        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));

    /// <summary>Derivatives of f at x by central differences.</summary>
    internal static double[] Slopes(Func<double[], double> f, double[] x, double step = 1e-5)
    {
        var slopes = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            double[] up = [.. x], down = [.. x];
            up[i] += step;
            down[i] -= step;
            slopes[i] = (f(up) - f(down)) / (2 * step);
        }

        return slopes;
    }

    public void Dispose()
    {
        Memory.Dispose();
        GC.SuppressFinalize(this);
    }
}
