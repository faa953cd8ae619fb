[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace VaeSweep.Models.Tests;

/// <summary>Frees what a test makes and fails it when a tensor outlives it.</summary>
/// <remarks>The count of live tensors is the process's, so tests of this assembly run one after the other.</remarks>
public abstract class TensorTest : IDisposable
{
    private readonly long _before = TorchRuntime.LiveTensors;
    private readonly IDisposable _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        GC.SuppressFinalize(this);
        Assert.Equal(_before, TorchRuntime.LiveTensors);
    }
}
