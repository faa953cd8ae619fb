using System.Diagnostics;
using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>What does a head carry, with everything between a node's gateway and the synced disk, how long do nodes wait for
/// their confirmation, and how soon is it there again?</summary>
/// <remarks>A head and two nodes of 32 devices are processes of their own on this machine and talk over TCP. Nodes speak the real
/// protocol through <c>GatewayState</c>; only nothing is trained. A device takes up to 4 trials at a time. A trial that is
/// dispatched reports one epoch and ends with one evaluation; a report has its numbers, and no latent units.</remarks>
internal static class HeadBenchmark
{
    /// <summary>What makes this program a head or a node of this benchmark.</summary>
    public const string HeadCommand = "head-process";
    public const string NodeCommand = "head-node";

    private const int Starts = 3;

    /// <param name="options">Parts to run: dispatch, reports, start; all when none is named.</param>
    public static async Task<IReadOnlyList<Gate>> RunAsync(
        TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        bool Wants(string part) => options.Length == 0 || options.Contains(part, StringComparer.Ordinal);
        var folder = Directory.CreateTempSubdirectory("vaesweep-bench-");
        try
        {
            var gates = new List<Gate>();
            if (Wants("start"))
            {
                var starts = await RepeatAsync(output, ["start", "", "started"], folder.FullName, cancellationToken);
                gates.Add(Gate.Most("head, start with an empty store until the coordinator answers, s", starts, 0.4));
            }

            if (Wants("dispatch"))
            {
                var path = Path.Combine(folder.FullName, "dispatch.db");
                var found = await ChildAsync(output, [HeadCommand, "dispatch", path], cancellationToken);
                gates.Add(Gate.Least("head, trials granted, reported and finished, 1/s", found["rate"], 12_000));
                gates.Add(Gate.Most("head, 99 of 100 batches confirmed within, ms", found["p99"], 50));
                gates.Add(Gate.Most("head, resident memory with 100000 trials, MB", found["memory"], 300));
                var restart = await RepeatAsync(output, ["restart", path, "granted"], folder.FullName, cancellationToken);
                gates.Add(Gate.Most("head, restart with 100000 trials until the first grant, s", restart, 1));
            }

            if (Wants("reports"))
            {
                var path = Path.Combine(folder.FullName, "reports.db");
                var found = await ChildAsync(output, [HeadCommand, "reports", path], cancellationToken);
                gates.Add(Gate.Least("head, epoch reports, 1/s", found["rate"], 140_000));
            }

            return gates;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A process like this one.</summary>
    public static ProcessStartInfo Self(params IReadOnlyList<string> arguments)
    {
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("this program's own path is not known.");
        string[] assembly = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(HeadBenchmark).Assembly.Location] : [];
        return new ProcessStartInfo(self, [.. assembly, .. arguments])
        {
            // As the program that people run has it.
            Environment = { ["DOTNET_TieredPGO"] = "0" },
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
    }

    /// <returns>The best of a few, as others use the machine too.</returns>
    private static async Task<double> RepeatAsync(
        TextWriter output, string[] words, string folder, CancellationToken cancellationToken)
    {
        var times = new Times();
        for (var turn = 0; turn < Starts; turn++)
        {
            var path = words[1].Length > 0 ? words[1] : Path.Combine(folder, $"empty{turn}.db");
            times.Add((await ChildAsync(output, [HeadCommand, words[0], path], cancellationToken))[words[2]]);
        }

        return times.Best;
    }

    /// <summary>Runs a process, shows what it says, and gives what it has found: lines of `found NAME VALUE`.</summary>
    private static async Task<Dictionary<string, double>> ChildAsync(
        TextWriter output, string[] arguments, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        using var process = Process.Start(Self(arguments))!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Split(' ') is ["found", var name, var value])
                found[name] = double.Parse(value, CultureInfo.InvariantCulture);
            else
                await output.WriteLineAsync(line);
        }

        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? found
            : throw new InvalidOperationException($"'{string.Join(' ', arguments)}' ended with {process.ExitCode}.");
    }
}
