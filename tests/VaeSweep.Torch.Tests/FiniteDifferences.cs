using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Tests;

/// <summary>Compares gradients with central differences in float64.</summary>
internal static class FiniteDifferences
{
    private const double Step = 1e-6;

    internal static void Check(Func<Tensor[], Tensor> function, params Tensor[] at)
    {
        Tensor[] leaves = [.. at.Select(t => t.detach().clone().requires_grad_(true))];
        function(leaves).backward();
        for (var i = 0; i < leaves.Length; i++)
        {
            var expected = leaves[i].numel() == 0 ? [] : Differences(function, leaves, i);
            var actual = leaves[i].grad is { } g ? g.data<double>().ToArray() : new double[leaves[i].numel()];
            for (var j = 0; j < expected.Length; j++)
            {
                Assert.True(
                    Math.Abs(expected[j] - actual[j]) < 2e-6 * (1 + Math.Abs(expected[j])),
                    $"input {i} at {j}: differences give {expected[j]:R}, the gradient is {actual[j]:R}");
            }
        }
    }

    private static double[] Differences(Func<Tensor[], Tensor> function, Tensor[] leaves, int which)
    {
        using var guard = no_grad();
        var result = new double[leaves[which].numel()];
        for (var j = 0; j < result.Length; j++)
        {
            var here = Values(leaves[which])[j];
            double At(double x)
            {
                using var scope = NewDisposeScope();
                Values(leaves[which])[j] = x;
                return function(leaves).item<double>();
            }

            result[j] = (At(here + Step) - At(here - Step)) / (2 * Step);
            Values(leaves[which])[j] = here;
        }

        return result;
    }

    private static Span<double> Values(Tensor tensor) => MemoryMarshal.Cast<byte, double>(tensor.bytes);
}
