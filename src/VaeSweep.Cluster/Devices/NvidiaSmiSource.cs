using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeSweep.Cluster;

/// <summary>NVIDIA's command, where its library cannot be loaded.</summary>
internal sealed partial class NvidiaSmiSource(string program = "nvidia-smi") : IGpuSource
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public string Name => "nvidia-smi";

    public IReadOnlyList<Gpu>? List()
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, "-L") { RedirectStandardOutput = true, RedirectStandardError = true,
                    UseShellExecute = false });
            if (process is null)
                return null;

            var said = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(_patience))
            {
                // A driver in trouble hangs here for ever.
                process.Kill();
                return null;
            }

            return process.ExitCode == 0 ? Parse(said.GetAwaiter().GetResult()) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Lines of whole GPUs, each followed by those of its slices, if it is divided.</summary>
    internal static IReadOnlyList<Gpu> Parse(string listing)
    {
        var gpus = new List<Gpu>();
        Gpu? board = null;
        foreach (var line in listing.Split('\n'))
        {
            if (BoardLine().Match(line) is { Success: true } whole)
            {
                var uuid = whole.Groups["uuid"].Value;
                board = new Gpu(uuid, whole.Groups["name"].Value, 0,
                    int.Parse(whole.Groups["number"].Value, CultureInfo.InvariantCulture), uuid);
                gpus.Add(board);
            }
            else if (board is not null && SliceLine().Match(line) is { Success: true } slice)
            {
                gpus.Remove(board);
                gpus.Add(
                    board with { Uuid = slice.Groups["uuid"].Value, Name = $"{board.Name} MIG {slice.Groups["name"].Value}" });
            }
        }

        return gpus;
    }

    [GeneratedRegex(@"^GPU (?<number>\d+): (?<name>.*) \(UUID: (?<uuid>GPU-[^)]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex BoardLine();

    [GeneratedRegex(@"^\s+MIG (?<name>\S+)\s+Device\s+\d+: \(UUID: (?<uuid>MIG-[^)]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex SliceLine();
}
