using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

/// <summary>libtorch under TorchSharp's names.</summary>
public static partial class torch
{
    public const ScalarType float32 = ScalarType.Float32;
    public const ScalarType float64 = ScalarType.Float64;
    public const ScalarType int64 = ScalarType.Int64;
    public const ScalarType int32 = ScalarType.Int32;
    public const ScalarType uint8 = ScalarType.Byte;
    public const ScalarType @bool = ScalarType.Bool;

    /// <summary>The processor.</summary>
    public static Device CPU => Device.CPU;

    /// <summary>Native tensors not yet freed, of all threads.</summary>
    public static long LiveTensors => TorchRuntime.LiveTensors;

    /// <summary>The device named <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    public static Device device(string name) => Device.Parse(name);

    /// <summary>Begins a scope that owns every tensor made on this thread until it ends.</summary>
    public static DisposeScope NewDisposeScope() => new();

    /// <summary>No gradients are recorded on this thread until the guard is disposed.</summary>
    public static NoGradGuard no_grad() => new(enabled: false);

    /// <summary>Gradients are recorded on this thread until the guard is disposed.</summary>
    public static NoGradGuard enable_grad() => new(enabled: true);

    /// <summary>Whether gradients are recorded on this thread.</summary>
    public static bool is_grad_enabled()
    {
        Status.Check(Native.vs_grad_mode(out var enabled));
        return enabled != 0;
    }

    /// <summary>Threads for one operation, those of the BLAS library included. A trainer uses one.</summary>
    public static void set_num_threads(int threads) => Status.Check(Native.vs_set_num_threads(threads));

    public static int get_num_threads()
    {
        Status.Check(Native.vs_get_num_threads(out var threads));
        return threads;
    }

    /// <summary>Treats numbers too small for full precision as zero on this thread; Adam's moments of never-lit pixels decay into them and are slow.</summary>
    /// <returns>Whether the processor can.</returns>
    public static bool set_flush_denormal(bool on)
    {
        Status.Check(Native.vs_set_flush_denormal(on ? 1 : 0, out var supported));
        return supported != 0;
    }

    /// <summary>GPUs.</summary>
    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count()
        {
            Status.Check(Native.vs_cuda_device_count(out var count));
            return count;
        }

        /// <summary>Waits until a GPU has done all that was asked of it.</summary>
        public static void synchronize(int index = 0) => Status.Check(Native.vs_cuda_synchronize(index));

        /// <summary>Bytes in living tensors of this process; null where the native library was built without CUDA's headers.</summary>
        public static long? memory_allocated(int index = 0) => Memory(index).Allocated;

        /// <summary>Bytes that this process holds for tensors, living and to come; null as above.</summary>
        public static long? memory_reserved(int index = 0) => Memory(index).Reserved;

        /// <summary>Gives back what is held for tensors to come.</summary>
        public static void empty_cache() => Status.Check(Native.vs_cuda_empty_cache());

        private static (long? Allocated, long? Reserved) Memory(int index)
        {
            Status.Check(Native.vs_cuda_memory(index, out var allocated, out var reserved));
            return allocated < 0 ? (null, null) : (allocated, reserved);
        }
    }
}
