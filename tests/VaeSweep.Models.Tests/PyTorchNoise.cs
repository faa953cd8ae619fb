namespace VaeSweep.Models.Tests;

/// <summary>The noise of the golden files: TorchSharp's generator draws what PyTorch's of the same seed does.</summary>
internal static class PyTorchNoise
{
    /// <summary>Standard normal draws in float64, [M, ...]: slice m from generator m.</summary>
    public static Tensor Normal(long[] shape, IReadOnlyList<Generator> generators) =>
        torch.stack([.. generators.Select(generator => torch.randn(shape[1..], ScalarType.Float64, generator: generator))]);
}
