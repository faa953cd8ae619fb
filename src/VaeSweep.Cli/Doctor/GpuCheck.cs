using System.ComponentModel;
using System.Diagnostics;
using VaeSweep.Torch;

namespace VaeSweep.Cli;

/// <summary>NVIDIA GPUs, as the driver and as libtorch see them.</summary>
internal static class GpuCheck
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <param name="torchHasCuda">Null: libtorch could not be loaded.</param>
    public static IEnumerable<Finding> Run(bool? torchHasCuda)
    {
        var gpus = Ask();
        if (gpus.Count == 0)
        {
            yield return Finding.Note("GPU", "none (nvidia-smi found none); trials run on the CPU");
            yield break;
        }

        foreach (var gpu in gpus)
            yield return Finding.Ok("GPU", gpu);

        if (torchHasCuda == false)
        {
            yield return Finding.Note(
                "CUDA", "this libtorch is built without CUDA; the GPU will not be used",
                $"pip install torch=={Minor(TorchRuntime.TorchVersion)}.*, then set VAESWEEP_LIBTORCH to its folder: $(python3 "
                    + "-c 'import os, torch; print(os.path.dirname(torch.__file__))')");
        }
        else if (torchHasCuda == true)
        {
            var count = TorchRuntime.CudaDevices;
            yield return count > 0
                ? Finding.Ok("CUDA", $"libtorch sees {Wording.Count(count, "device")}")
                : Finding.Note("CUDA", "libtorch has CUDA but sees no device",
                    "check the driver's version and CUDA_VISIBLE_DEVICES");
        }
    }

    private static string Minor(string version) => string.Join('.', version.Split('.').Take(2));

    private static List<string> Ask()
    {
        var start = new ProcessStartInfo("nvidia-smi") { RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false };
        start.ArgumentList.Add("--query-gpu=index,name,memory.total,driver_version");
        start.ArgumentList.Add("--format=csv,noheader");
        try
        {
            using var process = Process.Start(start);
            if (process is null || !process.WaitForExit(_patience) || process.ExitCode != 0)
            {
                process?.Kill();
                return [];
            }

            var lines = process.StandardOutput.ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return [.. lines.Select(line => $"cuda:{line}")];
        }
        catch (Exception absent) when (absent is Win32Exception or InvalidOperationException)
        {
            return [];
        }
    }
}
