using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VaeSweep.Cluster;

/// <summary>The machine this process runs on. GPUs are counted by NVIDIA's management library, or its command where that cannot be loaded.</summary>
public sealed class ThisMachine : IMachine
{
    private readonly Lazy<(int Count, string Note)> _gpus = new(() => CountGpus(Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES")));

    // The runtime asks sched_getaffinity and the container's limits.
    public int Cores => Environment.ProcessorCount;

    public int Gpus => _gpus.Value.Count;

    public string GpuNote => _gpus.Value.Note;

    private static (int Count, string Note) CountGpus(string? visible)
    {
        var (present, source) = CountByLibrary() ?? CountByCommand() ?? (0, "no NVIDIA driver was found");
        if (visible is null)
        {
            return (present, source);
        }

        var shown = CountVisible(visible, present);
        return (shown, $"{source}, CUDA_VISIBLE_DEVICES='{visible}' shows {shown}");
    }

    /// <summary>As CUDA reads the variable: entries up to the first that names no GPU count. Names (GPU-..., MIG-...) are taken as they are.</summary>
    internal static int CountVisible(string visible, int present)
    {
        var shown = 0;
        foreach (var entry in visible.Split(',', StringSplitOptions.TrimEntries))
        {
            var named = entry.StartsWith("GPU-", StringComparison.Ordinal) || entry.StartsWith("MIG-", StringComparison.Ordinal);
            var numbered = int.TryParse(entry, out var index) && index >= 0 && index < present;
            if (present == 0 || !(named || numbered))
            {
                break;
            }

            shown++;
        }

        return shown;
    }

    private static unsafe (int, string)? CountByLibrary()
    {
        var name = OperatingSystem.IsWindows() ? "nvml.dll" : "libnvidia-ml.so.1";
        if (!NativeLibrary.TryLoad(name, out var library))
        {
            return null;
        }

        if (!NativeLibrary.TryGetExport(library, "nvmlInit_v2", out var init)
            || !NativeLibrary.TryGetExport(library, "nvmlDeviceGetCount_v2", out var getCount)
            || !NativeLibrary.TryGetExport(library, "nvmlShutdown", out var shutdown)
            || ((delegate* unmanaged<int>)init)() != 0)
        {
            return null;
        }

        uint count;
        var result = ((delegate* unmanaged<uint*, int>)getCount)(&count);
        _ = ((delegate* unmanaged<int>)shutdown)();
        return result == 0 ? ((int)count, $"NVML counts {count}") : null;
    }

    private static (int, string)? CountByCommand()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("nvidia-smi", "-L") { RedirectStandardOutput = true, UseShellExecute = false });
            if (process is null)
            {
                return null;
            }

            var count = process.StandardOutput.ReadToEnd().Split('\n').Count(line => line.StartsWith("GPU ", StringComparison.Ordinal));
            process.WaitForExit();
            return process.ExitCode == 0 ? (count, $"nvidia-smi lists {count}") : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
