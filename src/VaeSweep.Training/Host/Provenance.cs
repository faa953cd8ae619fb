using System.Runtime.InteropServices;
using System.Text.Json;

namespace VaeSweep.Training;

/// <summary>What a trial's numbers depend on besides its configuration, and what else helps to repeat them.</summary>
internal static class Provenance
{
    /// <summary>One line of JSON.</summary>
    public static string Collect(Device device)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(
            buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("stack", Stack.Of(device.ToString()));
            json.WriteString("device", device.ToString());
            json.WriteString("libtorch", TorchRuntime.TorchVersion);
            json.WriteString("libtorch_path", TorchRuntime.TorchPath);
            json.WriteString("torchsharp", TorchRuntime.TorchSharpVersion);
            json.WriteString("kernels", device.type == DeviceType.CUDA ? "libtorch's CUDA kernels" : TorchRuntime.CpuKernels);
            WriteGpus(json, device);
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
        if (device.type != DeviceType.CUDA)
            return;

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
}
