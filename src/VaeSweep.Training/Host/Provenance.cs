using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using VaeSweep.Torch;

namespace VaeSweep.Training;

/// <summary>What a trial's numbers depend on besides its configuration.</summary>
internal static class Provenance
{
    /// <summary>One line of JSON.</summary>
    public static string Collect(Device device)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("vaesweep", Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
            json.WriteString("device", device.ToString());
            json.WriteString("libtorch", TorchRuntime.TorchVersion);
            json.WriteString("libtorch_path", TorchRuntime.TorchPath);
            json.WriteString("native", TorchRuntime.NativePath);
            json.WriteString("kernels", device.Type == DeviceType.CUDA ? "libtorch's CUDA kernels" : TorchRuntime.CpuKernels);
            WriteGpus(json, device);
            json.WriteString("blas", Blas() ?? "unknown");
            json.WriteString("blas_core_type", TorchRuntime.BlasCoreType ?? "chosen by the library");
            json.WriteNumber("threads", torch.get_num_threads());
            json.WriteString("processor", Processor.Name());
            json.WriteString("system", RuntimeInformation.OSDescription);
            json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
            json.WriteString("host", Environment.MachineName);
            json.WriteNumber("pid", Environment.ProcessId);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    // A trainer for a GPU is started so that it sees that one alone; the list would show if it did not.
    private static void WriteGpus(Utf8JsonWriter json, Device device)
    {
        if (device.Type != DeviceType.CUDA)
        {
            return;
        }

        json.WriteStartArray("gpus");
        foreach (var gpu in CudaDriver.Gpus())
        {
            json.WriteStartObject();
            json.WriteString("name", gpu.Name);
            json.WriteString("uuid", gpu.Uuid);
            json.WriteNumber("memory_bytes", gpu.MemoryBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Kernels that the loaded OpenBLAS has chosen, such as "OpenBLAS SkylakeX"; null where there is none.</summary>
    private static unsafe string? Blas()
    {
        if (!File.Exists("/proc/self/maps"))
        {
            return null;
        }

        var libraries = File.ReadLines("/proc/self/maps")
            .Select(line => line.IndexOf('/', StringComparison.Ordinal) is var at and >= 0 ? line[at..] : "")
            .Where(path => Path.GetFileName(path).Contains("blas", StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.Ordinal);
        foreach (var path in libraries)
        {
            if (NativeLibrary.TryLoad(path, out var library) && NativeLibrary.TryGetExport(library, "openblas_get_corename", out var export))
            {
                return $"OpenBLAS {Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)export)())}";
            }
        }

        return null;
    }
}
