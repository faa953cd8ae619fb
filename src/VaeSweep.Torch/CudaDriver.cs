using System.Runtime.InteropServices;

namespace VaeSweep.Torch;


/// <summary>The GPUs that this process may use, by NVIDIA's driver itself, with or without a libtorch that has CUDA.</summary>
public static unsafe partial class CudaDriver
{
    private const string Library = "libcuda.so.1";

    /// <summary>In the order of their numbers, as CUDA_VISIBLE_DEVICES leaves them; empty where there is no driver.</summary>
    public static IReadOnlyList<Gpu> Gpus()
    {
        try
        {
            return cuInit(0) == 0 && cuDeviceGetCount(out var count) == 0
                ? [.. Enumerable.Range(0, count).Select(Describe).OfType<Gpu>()] : [];
        }
        catch (Exception absent) when (absent is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return [];
        }
    }

    private static Gpu? Describe(int index)
    {
        const int Length = 256;
        var name = stackalloc byte[Length];
        var uuid = stackalloc byte[16];
        if (cuDeviceGet(out var device, index) != 0 || cuDeviceGetName(name, Length, device) != 0 || Uuid(uuid, device) != 0
            || cuDeviceTotalMem_v2(out var memory, device) != 0)
        {
            return null;
        }

        var id = new Guid(new ReadOnlySpan<byte>(uuid, 16), bigEndian: true);
        return new Gpu(Marshal.PtrToStringUTF8((nint)name) ?? "", $"GPU-{id}", (long)memory);
    }

    // The second form tells a slice of a divided GPU from the GPU; drivers before CUDA 11.4 lack it.
    private static int Uuid(byte* uuid, int device)
    {
        try
        {
            return cuDeviceGetUuid_v2(uuid, device);
        }
        catch (EntryPointNotFoundException)
        {
            return cuDeviceGetUuid(uuid, device);
        }
    }

    [LibraryImport(Library)]
    private static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    private static partial int cuDeviceGetUuid_v2(byte* uuid, int device);

    [LibraryImport(Library)]
    private static partial int cuDeviceGetCount(out int count);

    [LibraryImport(Library)]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    private static partial int cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)]
    private static partial int cuDeviceGetUuid(byte* uuid, int device);

    [LibraryImport(Library)]
    private static partial int cuDeviceTotalMem_v2(out nuint bytes, int device);
}
