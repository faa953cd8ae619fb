using System.Globalization;

namespace VaeSweep.Cluster;

/// <summary>Reads what a person writes after <c>--devices</c>.</summary>
public static class DeviceSpec
{
    private const string Allowed =
        "Write auto, cpu (one slot for each core), cpu:N (N slots), cuda (every GPU), cuda:I,J (those GPUs, by number or UUID), "
            + "or several joined by +, as in cuda:0+cpu:2.";

    /// <summary>The devices to start a worker on: cpu:0, cpu:1, cuda:0, ...</summary>
    /// <param name="text">auto: the GPUs when there are any, else one CPU slot for each core that this process may use.</param>
    /// <exception cref="ArgumentException">It cannot be read, or asks for what the machine does not have; the message names both
    /// numbers.</exception>
    public static IReadOnlyList<string> Parse(string text, IMachine? machine = null)
    {
        machine ??= ThisMachine.Current;
        var devices = text.Split('+').SelectMany(part => ParsePart(part.Trim(), text, machine)).ToList();
        if (devices.GroupBy(d => d, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"'{text}' names {twice.Key} twice; a device has one worker.");

        return devices;
    }

    private static IEnumerable<string> ParsePart(string part, string text, IMachine machine)
    {
        var colon = part.IndexOf(':', StringComparison.Ordinal);
        var kind = (colon < 0 ? part : part[..colon]).ToLowerInvariant();
        var which = colon < 0 ? null : part[(colon + 1)..];
        return (kind, which) switch
        {
            ("auto", null) => machine.Gpus.Count > 0 ? Gpus(Enumerable.Range(0, machine.Gpus.Count)) : Cpus(machine.Cores),
            ("cpu", null) => Cpus(machine.Cores),
            ("cpu", _) => Cpus(SlotCount(which, text, machine)),
            ("cuda", null) when machine.Gpus.Count == 0 =>
                throw new ArgumentException($"'{text}' asks for GPUs, and there is none ({machine.GpuNote})."),
            ("cuda", null) => Gpus(Enumerable.Range(0, machine.Gpus.Count)),
            ("cuda", _) => Gpus(GpuNumbers(which, text, machine)),
            _ => throw new ArgumentException($"'{text}' names no devices. {Allowed}"),
        };
    }

    private static IEnumerable<string> Cpus(int count) => Enumerable.Range(0, count).Select(i => $"cpu:{i}");

    private static IEnumerable<string> Gpus(IEnumerable<int> numbers) => numbers.Select(i => $"cuda:{i}");

    private static int SlotCount(string which, string text, IMachine machine)
    {
        if (!int.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
            throw new ArgumentException($"'{which}' in '{text}' is no number of CPU slots. {Allowed}");

        return count <= machine.Cores
            ? count
            : throw new ArgumentException(
                $"'{text}' asks for {count} CPU slots, and this process may "
                    + $"use {machine.Cores} {(machine.Cores == 1 ? "core" : "cores")}. Each slot trains with one thread: write "
                    + $"cpu:{machine.Cores} or auto.");
    }

    private static List<int> GpuNumbers(string which, string text, IMachine machine)
    {
        var numbers = new List<int>();
        foreach (var entry in which.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                number = GpuNamed(entry, text, machine);

            if (number >= machine.Gpus.Count)
            {
                var there = machine.Gpus.Count switch { 0 => "there is none", 1 => "there is only cuda:0",
                    var n => $"there are {n}: cuda:0 to cuda:{n - 1}" };
                throw new ArgumentException($"'{text}' asks for cuda:{number}, and {there} ({machine.GpuNote}).");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private static int GpuNamed(string entry, string text, IMachine machine)
    {
        if (!entry.StartsWith("GPU-", StringComparison.OrdinalIgnoreCase)
            && !entry.StartsWith("MIG-", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{entry}' in '{text}' is no GPU number. {Allowed}");
        }

        return VisibleGpus.Find(entry, machine.Gpus) is { } gpu
            ? machine.Gpus.ToList().IndexOf(gpu)
            : throw new ArgumentException(
                $"'{text}' asks for {entry}, which is no GPU, or not one alone, "
                    + $"of {(machine.Gpus.Count == 0 ? "none" : string.Join(", ", machine.Gpus.Select(g => g.Uuid)))} "
                    + $"({machine.GpuNote}).");
    }
}
