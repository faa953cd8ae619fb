using System.Runtime.Intrinsics.X86;

namespace VaeSweep.Benchmarks;

/// <summary>Finds the kernels with which Debian's OpenBLAS (0.3.21) is fastest: it does not know every processor, takes some with
/// AVX-512 for lesser ones, and computes wrong products or crashes with some kernels on some.</summary>
internal static class OpenBlas
{
    private const int Rounds = 10;
    private const int Steps = 10;

    /// <returns>The variables that choose them; none where it chooses best for itself.</returns>
    /// <exception cref="InvalidOperationException">It computes right with no kernels.</exception>
    public static Dictionary<string, string> FastestKernels()
    {
        string?[] types = Avx512BW.IsSupported && Avx512DQ.IsSupported
            ? [null, "SkylakeX", "Cooperlake", "Haswell"] : [null, "Haswell"];
        var candidates = types.Select(type => type is null
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal) { ["OPENBLAS_CORETYPE"] = type }).ToList();
        using var files = SideFiles.WriteAsync(
            FamilyCase.Step("softplus"), BenchmarkImages.Take(FamilyCase.StepBatch), CancellationToken.None).GetAwaiter()
                .GetResult();
        var running = new List<(Dictionary<string, string> Kernels, Side Side, Times Times)>();
        var faults = new List<string>();
        foreach (var kernels in candidates)
        {
            try
            {
                running.Add((kernels, Sides.PyTorch("step.py", ["softplus", files.Images], kernels), new Times()));
            }
            catch (InvalidOperationException fault)
            {
                // Wrong products or a crash: that is what is being found out.
                faults.Add(fault.Message);
            }
        }

        try
        {
            for (var round = 0; round < Rounds; round++)
                running.ForEach(candidate => candidate.Times.Add(candidate.Side.Ask($"products {Steps}")));

            return running.Count > 0
                ? running.MinBy(candidate => candidate.Times.Best).Kernels
                : throw new InvalidOperationException($"OpenBLAS computes right with no kernels: {string.Join(" ", faults)}");
        }
        finally
        {
            running.ForEach(candidate => candidate.Side.Dispose());
        }
    }
}
