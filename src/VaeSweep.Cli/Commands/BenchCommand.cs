using System.CommandLine;
using VaeSweep.Results;

namespace VaeSweep.Cli;

/// <summary>`vaesweep bench`: proofs that anybody can repeat on his own machine.</summary>
internal static class BenchCommand
{
    public static void Add(Command root, CliHost host)
    {
        var command = new Command("bench", "Prove on this machine what is said of this program.");
        command.Add(Chaos(host));
        root.Add(command);
    }

    private static Command Chaos(CliHost host)
    {
        var minutes = new Option<double>("--minutes") { Description = "how long the cluster is disturbed", HelpName = "n", DefaultValueFactory = _ => 2 };
        var seed = new Option<int>("--seed") { Description = "decides what happens when", HelpName = "n", DefaultValueFactory = _ => 1 };
        var nodes = new Option<int>("--nodes") { Description = "worker processes", HelpName = "n", DefaultValueFactory = _ => 3 };
        var command = new Command(
            "chaos", "Run a cluster of real processes on a private PostgreSQL, kill, halt, cut, fill and restart whatever there is, and hold the results against an undisturbed run.")
        {
            minutes, seed, nodes,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = Directory.CreateTempSubdirectory("vaesweep-chaos-").FullName;
            // The server's own user must be able to pass through.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            }

            var (number, length) = (parsed.GetValue(seed), TimeSpan.FromMinutes(parsed.GetValue(minutes)));
            host.Say($"seed {number}; stores and logs are in {folder}");
            var run = new ChaosRun(host, number, Math.Max(1, parsed.GetValue(nodes)), folder);
            IReadOnlyList<string> broken;
            try
            {
                broken = await run.RunAsync(length, cancellationToken);
            }
            catch (Exception fault) when (fault is not (OperationCanceledException or CliException))
            {
                // Whoever proves something by this needs to know where it went wrong, and cannot have it once more.
                host.Say($"the run itself went wrong after {run.Struck.Values.Sum()} accidents: {fault}");
                throw;
            }

            host.Out.Write(new Table(
                [new("accident"), new("struck", Number: true)],
                [.. Enum.GetValues<ChaosKind>().Select(kind => (IReadOnlyList<Cell>)[ChaosAccident.NameOf(kind), run.Struck.GetValueOrDefault(kind)])]).Render(OutputFormat.Text, host.OutTerminal));
            host.Out.WriteLine($"seed {number}: {run.Struck.Values.Sum()} accidents, {run.Sweeps} times {run.Trials} trials");
            foreach (var what in broken)
            {
                host.Out.WriteLine($"BROKEN  {what}");
            }

            if (broken.Count > 0)
            {
                host.Say($"the seed was {number}; stores and logs are in {folder}");
                return ExitCodes.Failed;
            }

            Directory.Delete(folder, recursive: true);
            host.Out.WriteLine("every trial once, every epoch once, no stale write, every number as in the undisturbed run, no process and no lease left over");
            return ExitCodes.Done;
        });
        return command;
    }
}
