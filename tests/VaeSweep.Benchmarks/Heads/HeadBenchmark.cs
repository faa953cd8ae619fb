using System.Diagnostics;
using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>What does a head carry, with everything between a node's gateway and the synced disk, how long do nodes wait for
/// their confirmation, and how soon is it there again?</summary>
/// <remarks>A head and two nodes of 32 devices (one for reports) are processes of their own on this machine and talk over TCP.
/// Nodes speak the real protocol through <c>GatewayState</c>; only nothing is trained. A device takes up to 4 trials at a time. A
/// trial that is dispatched reports one epoch and ends with one evaluation; a report has its numbers, and no latent units. Beside
/// it Debian's Optuna asks for trials and tells them, where python3-optuna is installed.</remarks>
internal static class HeadBenchmark
{
    /// <summary>What makes this program a head or a node of this benchmark.</summary>
    public const string HeadCommand = "head-process";
    public const string NodeCommand = "head-node";

    private static readonly Lazy<string> _self = new(Peers.Self);

    private const int Starts = 3;
    private const int Turns = 2;

    /// <param name="options">Parts to run: start, dispatch, rungs, reports, million, beats, and with dispatch nodes and optuna;
    /// all when none is named.</param>
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
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"on the disk: {new FileInfo(path).Length / (double)HeadProcess.Finished:0} bytes a finished trial"));
                var restart = await RepeatAsync(output, ["restart", path, "granted"], folder.FullName, cancellationToken);
                gates.Add(Gate.Most("head, restart with 100000 trials until the first grant, s", restart, 1));
                if (Wants("optuna"))
                    await OptunaSide.RunAsync(output, found["rate"], cancellationToken);
                if (Wants("nodes"))
                {
                    found = await ChildAsync(output, [HeadCommand, "nodes", path], cancellationToken);
                    gates.Add(Gate.Most("head, 99 of 100 batches of 200 nodes confirmed within, ms", found["p99"], 50));
                }
            }

            if (Wants("rungs"))
            {
                var found = await ChildAsync(
                    output, [HeadCommand, "rungs", Path.Combine(folder.FullName, "rungs.db")], cancellationToken);
                gates.Add(Gate.Least(
                    "head, trials granted while 1,000 devices report rungs to a scheduler, 1/s", found["rate"], 5_000));
            }

            if (Wants("beats"))
                await BeatCost.TellAsync(output);

            if (Wants("million"))
            {
                var found = await ChildAsync(
                    output, [HeadCommand, "million", Path.Combine(folder.FullName, "million.db")], cancellationToken);
                gates.Add(Gate.Most("head, resident memory with a million trials, MB", found["memory"], 1500));
            }

            if (Wants("reports"))
            {
                var (plain, tls, cpu) = (new List<double>(), new List<double>(), new List<double>());
                for (var turn = 0; turn < Turns; turn++)
                {
                    var found = await ReportsAsync(output, "reports", folder.FullName, turn, cancellationToken);
                    plain.Add(found["rate"]);
                    cpu.Add(found["cpu"]);
                    tls.Add((await ReportsAsync(output, HeadProcess.Tls, folder.FullName, turn, cancellationToken))["rate"]);
                }

                gates.Add(Gate.Least("head, epoch reports of one node process, 1/s", plain.Max(), 140_000));
                gates.Add(Gate.Most("head, processor a report at the head, us", cpu.Min(), 10));
                gates.Add(Gate.Least("head, epoch reports with TLS / without", tls.Max() / plain.Max(), 0.9));
            }

            return gates;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A process of this program, compiled ahead.</summary>
    public static ProcessStartInfo Self(params IReadOnlyList<string> arguments) => new(_self.Value, arguments)
    {
        // As the program that people run has it.
        Environment = { ["DOTNET_TieredPGO"] = "0" },
        UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
    };

    private static Task<Dictionary<string, double>> ReportsAsync(
        TextWriter output, string part, string folder, int turn, CancellationToken cancellationToken) =>
        ChildAsync(output, [HeadCommand, part, Path.Combine(folder, $"{part}{turn}.db")], cancellationToken);

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
    internal static async Task<Dictionary<string, double>> ChildAsync(
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
