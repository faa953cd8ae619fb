using System.Runtime.CompilerServices;

namespace VaeSweep.Torch.Probe;

/// <summary>Ways in which a program comes to libtorch. None is inlined, so that TorchSharp is loaded by it and not
/// before.</summary>
internal static class Touches
{
    /// <summary>What the command line asks without ever computing.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Nothing()
    {
        Console.WriteLine($"GPUs {CudaDriver.Gpus().Count}");
        Console.WriteLine($"version {TorchRuntime.TorchVersion}");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Tensor()
    {
        using var ones = torch.ones(3);
        using var sum = ones.sum();
        Console.WriteLine($"sum {sum.item<float>()}");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Scalar()
    {
        using Scalar two = 2.0;
        Console.WriteLine($"scalar {two.ToDouble()}");
    }

    /// <summary>What TorchSharp does before the first question about CUDA, and often besides.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Cuda() => Console.WriteLine($"cuda {torch.TryInitializeDeviceType(DeviceType.CUDA)}");

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Threads()
    {
        using var start = new ManualResetEventSlim();
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            start.Wait();
            Tensor();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        start.Set();
        threads.ForEach(thread => thread.Join());
    }
}
