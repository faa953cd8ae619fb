using System.Globalization;

namespace VaeSweep.Training;

/// <summary>What a trainer was given, held against what it has. A trainer on a device that is another's slows both or fails both,
/// so that it refuses to start: that is its node's fault and costs no trial an attempt.</summary>
internal static class OwnDevice
{
    /// <summary>The one processor that a CPU trainer was confined to.</summary>
    public const string ProcessorVariable = "VAESWEEP_PROCESSOR";

    private const string VisibleVariable = "CUDA_VISIBLE_DEVICES";

    /// <exception cref="InvalidOperationException">It is not alone on its device, or on another.</exception>
    public static void Verify(string device)
    {
        if (TrainerEnvironment.ParseDevice(device).Kind == "cpu")
            VerifyProcessor(device, Environment.GetEnvironmentVariable(ProcessorVariable), CpuSet.OfThisThread()?.Processors);
        else
            VerifyGpu(device, Environment.GetEnvironmentVariable(VisibleVariable) ?? "", CudaDriver.Gpus());
    }

    internal static void VerifyProcessor(string device, string? given, IReadOnlyList<int>? allowed)
    {
        if (given is null || allowed is null || !int.TryParse(given, CultureInfo.InvariantCulture, out var processor)
            || allowed is [var only] && only == processor)
        {
            return;
        }

        throw new InvalidOperationException(
            $"{device} was given processor {processor} alone, and may run on {allowed.Count}: {string.Join(", ", allowed)}. "
                + "Something on this machine forbids or undoes pinning; "
            + $"{TrainerEnvironment.PinVariable}=0 in the worker's environment leaves its trainers unpinned.");
    }

    internal static void VerifyGpu(string device, string given, IReadOnlyList<Gpu> seen)
    {
        var names = seen.Count == 0 ? "" : $": {string.Join(", ", seen.Select(gpu => $"{gpu.Name} {gpu.Uuid}"))}";
        if (seen.Count != 1)
        {
            throw new InvalidOperationException(
                $"{device} was given as CUDA_VISIBLE_DEVICES={given}, and the driver shows this process {seen.Count} "
                    + $"GPUs{names}. A trainer has one; see `nvidia-smi -L` on this machine.");
        }

        if (IdOf(given) is { } wanted && IdOf(seen[0].Uuid) is { } found && wanted != found)
            throw new InvalidOperationException($"{device} is {given}, and the driver shows this process another one{names}.");
    }

    /// <summary>The part that names it, whole GPU or slice; null for a number, a name cut short, or a slice named as old drivers
    /// did, which cannot be compared.</summary>
    private static Guid? IdOf(string uuid) =>
        uuid.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash && Guid.TryParse(uuid.AsSpan(dash + 1), out var id)
            ? id : null;
}
