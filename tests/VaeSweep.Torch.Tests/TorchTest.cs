[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace VaeSweep.Torch.Tests;

/// <summary>Runs a test inside a scope and fails it if a tensor outlives it.</summary>
/// <remarks>Without libtorch the test is skipped on a desk, and fails where CI promised one. Not in parallel: the count is the
/// process's.</remarks>
public abstract class TorchTest : IDisposable
{
    private readonly DisposeScope _scope;
    private readonly long _before;

    protected TorchTest()
    {
        try
        {
            TorchRuntime.Load();
        }
        catch (TorchLibraryException e) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(e.Message);
        }

        torch.set_num_threads(1);
        _before = TorchRuntime.LiveTensors;
        _scope = torch.NewDisposeScope();
    }

    public void Dispose()
    {
        _scope.Dispose();
        GC.SuppressFinalize(this);
        Assert.True(torch.is_grad_enabled(), "the test left gradients switched off");
        Assert.Equal(0, _before);
        Assert.Equal(0, TorchRuntime.LiveTensors);
    }

    /// <summary>Asserts that two arrays agree within a relative and an absolute tolerance.</summary>
    protected static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i])),
                $"at {i}: expected {expected[i]:R}, found {actual[i]:R}");
        }
    }

    protected static double[] Doubles(Tensor t)
    {
        using var converted = t.to(ScalarType.Float64, CPU);
        return converted.contiguous().data<double>().ToArray();
    }
}
