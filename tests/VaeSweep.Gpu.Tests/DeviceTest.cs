[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace VaeSweep.Gpu.Tests;

/// <summary>Holds one device against the CPU: the first GPU where there is one, else the CPU made to compute as a GPU does, with
/// libtorch's own operations and resident images. VAESWEEP_TEST_DEVICE (cuda:N or cpu) decides otherwise.</summary>
/// <remarks>Frees what a test makes and fails it when a tensor outlives it. Without libtorch a test is skipped on a desk, and
/// fails where CI promised it.</remarks>
public abstract class DeviceTest : IDisposable
{
    public const string DeviceVariable = "VAESWEEP_TEST_DEVICE";

    private readonly DisposeScope? _scope;
    private readonly long _before;

    /// <param name="scoped">Whether the test's tensors belong to a scope; one that awaits must not, since scopes belong to
    /// threads.</param>
    protected DeviceTest(bool scoped = true)
    {
        try
        {
            TorchRuntime.Load();
        }
        catch (TorchLibraryException missing) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(missing.Message);
        }

        Device = Choose();
        torch.set_num_threads(1);
        _before = TorchRuntime.LiveTensors;
        _scope = scoped ? NewDisposeScope() : null;
    }

    /// <summary>The device under test.</summary>
    protected Device Device { get; }

    protected bool IsGpu => Device.type == DeviceType.CUDA;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _scope?.Dispose();
        TorchRuntime.OwnKernels = true;
        CleanUp();
        GC.SuppressFinalize(this);
        Assert.Equal(_before, TorchRuntime.LiveTensors);
    }

    /// <summary>Removes what a test made besides tensors.</summary>
    protected virtual void CleanUp()
    {
    }

    /// <summary>Runs on the device under test.</summary>
    protected T OnDevice<T>(Func<Device, T> work)
    {
        if (IsGpu)
            return work(Device);

        TorchRuntime.OwnKernels = false;
        try
        {
            return work(Device);
        }
        finally
        {
            TorchRuntime.OwnKernels = true;
        }
    }

    protected void NeedGpu(string why) => Assert.SkipUnless(IsGpu, $"Only a GPU {why}; the device under test is {Device}.");

    /// <summary>The same numbers on every device and libtorch.</summary>
    protected static Tensor Draw(long[] shape, int seed, ScalarType type, Device? device = null)
    {
        var random = new Random(seed);
        var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

        return torch.tensor(values, shape, dtype: type, device: device ?? CPU);
    }

    protected static double[] Doubles(Tensor tensor)
    {
        using var host = tensor.detach().to(ScalarType.Float64, CPU);
        return host.contiguous().data<double>().ToArray();
    }

    /// <summary>Equal up to the type's rounding, relative to the largest value: sums run in another order on another
    /// device.</summary>
    protected static void Close(string what, Tensor expected, Tensor actual, ScalarType type) =>
        Close(what, Doubles(expected), Doubles(actual), type == ScalarType.Float64 ? 1e-11 : 2e-5);

    protected static void Close(string what, IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        var scale = expected.Count == 0 ? 0 : expected.Max(Math.Abs);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(scale, 1e-3),
                $"{what}[{i}]: {expected[i]:R} on the CPU, {actual[i]:R} on the device");
        }
    }

    private static Device Choose()
    {
        var wanted = Environment.GetEnvironmentVariable(DeviceVariable);
        var device = string.IsNullOrEmpty(wanted)
            ? (torch.cuda.is_available() ? new Device(DeviceType.CUDA, 0) : CPU) : torch.device(wanted);
        Assert.True(
            device.type == DeviceType.CPU || device.index < torch.cuda.device_count(),
            $"{DeviceVariable}={wanted}, but libtorch {TorchRuntime.TorchVersion} sees {torch.cuda.device_count()} GPUs.");
        return device;
    }
}
