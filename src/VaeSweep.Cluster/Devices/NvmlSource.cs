using System.Runtime.InteropServices;
using System.Text;

namespace VaeSweep.Cluster;

/// <summary>NVIDIA's management library, which comes with the driver and starts no GPU.</summary>
/// <param name="library">Its name or path; searched as the system searches libraries.</param>
internal sealed unsafe class NvmlSource(string library) : IGpuSource
{
    private const int TextBytes = 96;

    public static string DefaultLibrary => OperatingSystem.IsWindows() ? "nvml.dll" : "libnvidia-ml.so.1";

    public string Name => "NVML";

    public IReadOnlyList<Gpu>? List()
    {
        if (!NativeLibrary.TryLoad(library, out var handle))
            return null;

        var calls = Calls.From(handle);
        if (calls is null || calls.Init() != 0)
            return null;

        try
        {
            return ListAll(calls);
        }
        finally
        {
            _ = calls.Shutdown();
        }
    }

    private static List<Gpu>? ListAll(Calls calls)
    {
        uint count;
        if (calls.Count(&count) != 0)
            return null;

        var gpus = new List<Gpu>();
        for (var board = 0; board < count; board++)
        {
            nint device;
            // One that cannot be asked, because it fell off its bus or belongs to another container, cannot be trained on either.
            if (calls.ByIndex((uint)board, &device) == 0 && Text(calls.Uuid, device) is { } uuid)
                gpus.AddRange(Parts(calls, device, board, uuid));
        }

        return gpus;
    }

    private static IEnumerable<Gpu> Parts(Calls calls, nint device, int board, string uuid)
    {
        if (!IsDivided(calls, device))
            return [new Gpu(uuid, Text(calls.NameOf, device) ?? "", Memory(calls, device), board, uuid)];

        uint most;
        var slices = new List<Gpu>();
        if (calls.MostSlices != null && calls.MostSlices(device, &most) == 0)
        {
            for (var i = 0u; i < most; i++)
            {
                nint slice;
                if (calls.SliceByIndex(device, i, &slice) == 0 && Text(calls.Uuid, slice) is { } name)
                    slices.Add(new Gpu(name, Text(calls.NameOf, slice) ?? "", Memory(calls, slice), board, uuid));
            }
        }

        // Divided, but no slice was made: nothing can run on it.
        return slices;
    }

    private static bool IsDivided(Calls calls, nint device)
    {
        uint now, pending;
        return calls.MigMode != null && calls.SliceByIndex != null && calls.MigMode(device, &now, &pending) == 0 && now != 0;
    }

    private static long Memory(Calls calls, nint device)
    {
        var memory = stackalloc ulong[3];
        return calls.Memory(device, memory) == 0 ? (long)memory[0] : 0;
    }

    private static string? Text(delegate* unmanaged<nint, byte*, uint, int> call, nint device)
    {
        var text = stackalloc byte[TextBytes];
        return call(device, text, TextBytes) == 0
            ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text)) : null;
    }

    /// <summary>The library's functions; those for slices are missing in old ones.</summary>
    private sealed class Calls
    {
        public delegate* unmanaged<int> Init;
        public delegate* unmanaged<int> Shutdown;
        public delegate* unmanaged<uint*, int> Count;
        public delegate* unmanaged<uint, nint*, int> ByIndex;
        public delegate* unmanaged<nint, byte*, uint, int> Uuid;
        public delegate* unmanaged<nint, byte*, uint, int> NameOf;
        public delegate* unmanaged<nint, ulong*, int> Memory;
        public delegate* unmanaged<nint, uint*, uint*, int> MigMode;
        public delegate* unmanaged<nint, uint*, int> MostSlices;
        public delegate* unmanaged<nint, uint, nint*, int> SliceByIndex;

        public static Calls? From(nint library)
        {
            nint Export(string name) => NativeLibrary.TryGetExport(library, name, out var address) ? address : 0;
            var calls = new Calls
            {
                Init = (delegate* unmanaged<int>)Export("nvmlInit_v2"),
                Shutdown = (delegate* unmanaged<int>)Export("nvmlShutdown"),
                Count = (delegate* unmanaged<uint*, int>)Export("nvmlDeviceGetCount_v2"),
                ByIndex = (delegate* unmanaged<uint, nint*, int>)Export("nvmlDeviceGetHandleByIndex_v2"),
                Uuid = (delegate* unmanaged<nint, byte*, uint, int>)Export("nvmlDeviceGetUUID"),
                NameOf = (delegate* unmanaged<nint, byte*, uint, int>)Export("nvmlDeviceGetName"),
                Memory = (delegate* unmanaged<nint, ulong*, int>)Export("nvmlDeviceGetMemoryInfo"),
                MigMode = (delegate* unmanaged<nint, uint*, uint*, int>)Export("nvmlDeviceGetMigMode"),
                MostSlices = (delegate* unmanaged<nint, uint*, int>)Export("nvmlDeviceGetMaxMigDeviceCount"),
                SliceByIndex = (delegate* unmanaged<nint, uint, nint*, int>)Export("nvmlDeviceGetMigDeviceHandleByIndex"),
            };
            return calls.Init != null && calls.Shutdown != null && calls.Count != null && calls.ByIndex != null
                && calls.Uuid != null && calls.NameOf != null && calls.Memory != null
                ? calls
                : null;
        }
    }
}
