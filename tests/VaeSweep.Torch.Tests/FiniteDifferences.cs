namespace VaeSweep.Torch.Tests;

/// <summary>Compares gradients with central differences in float64.</summary>
internal static class FiniteDifferences
{
    private const double Step = 1e-6;

    internal static void Check(Func<Tensor[], Tensor> function, params Tensor[] at)
    {
        Tensor[] leaves = [.. at.Select(t => t.detach().clone().requires_grad_())];
        var grads = torch.autograd.grad([function(leaves)], leaves, allow_unused: true);
        for (var i = 0; i < leaves.Length; i++)
        {
            var expected = leaves[i].numel() == 0 ? [] : Differences(function, leaves, i);
            var actual = grads[i] is { } g ? g.data<double>() : new double[leaves[i].numel()];
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
        using var guard = torch.no_grad();
        var values = leaves[which].AsSpan<double>();
        var result = new double[values.Length];
        for (var j = 0; j < values.Length; j++)
        {
            var here = values[j];
            double At(double x)
            {
                using var scope = torch.NewDisposeScope();
                leaves[which].AsSpan<double>()[j] = x;
                return function(leaves).item<double>();
            }

            result[j] = (At(here + Step) - At(here - Step)) / (2 * Step);
            values[j] = here;
        }

        return result;
    }
}
