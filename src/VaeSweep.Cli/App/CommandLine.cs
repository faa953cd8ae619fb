using System.CommandLine;
using System.CommandLine.Parsing;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <summary>The whole command line: parses, runs, and turns every failure into a message and an exit code.</summary>
internal static class CommandLine
{
    private static readonly Action<Command, CliHost>[] Registered =
    [
        RunCommand.Add, PlanCommand.Add, SubmitCommand.Add, WorkerCommand.Add,
        ResumeCommand.Add, PauseCommand.Add, StopCommand.Add, RetryCommand.Add, SetCommand.Add, StoreCommand.Add, BenchCommand.Add, LaunchCommand.Add,
        ListCommand.Add, StatusCommand.Add, WatchCommand.Add, ShowCommand.Add, NodesCommand.Add,
        PlotCommand.Add, ReportCommand.Add,
        TableCommand.Add, WhyCommand.Add, QueryCommand.Add, ExportCommand.Add, GenerateCommand.Add, ReconstructCommand.Add, EncodeCommand.Add, InterpolateCommand.Add, DataCommand.Add, DoctorCommand.Add, TrainerProgram.Add,
    ];

    /// <summary>Parses and runs one command line.</summary>
    /// <param name="cancellationToken">Asks the command to end in order.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, CliHost host, CancellationToken cancellationToken)
    {
        var root = Build(host);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return ReportUsage(parsed, root, host);
        }

        // Signals are this program's own business: the library would end the process before a checkpoint is written.
        var configuration = new InvocationConfiguration
        {
            Output = host.Out, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception failure)
        {
            return Report(failure, parsed.GetValue(CommonOptions.Verbose), host, cancellationToken);
        }
    }

    public static RootCommand Build(CliHost host)
    {
        var root = new RootCommand("Sweeps of variational autoencoders: launch, resume, compare.")
        {
            CommonOptions.Store, CommonOptions.StoreKind, CommonOptions.Verbose,
        };
        foreach (var add in Registered)
        {
            add(root, host);
        }

        return root;
    }

    private static int ReportUsage(ParseResult parsed, RootCommand root, CliHost host)
    {
        var command = parsed.CommandResult.Command;
        foreach (var message in parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal))
        {
            host.Say($"vaesweep: {message}");
        }

        foreach (var token in parsed.UnmatchedTokens)
        {
            var names = token.StartsWith('-')
                ? command.Options.Concat(root.Options).Where(o => !o.Hidden).Select(o => o.Name)
                : command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
            if (NearestName.Find(token, names) is { } near)
            {
                host.Say($"Did you mean '{near}'?");
            }
        }

        host.Say($"See: vaesweep {(command == root ? "" : PathOf(command) + " ")}--help");
        return ExitCodes.Usage;
    }

    private static string PathOf(Command command)
    {
        var parent = command.Parents.OfType<Command>().FirstOrDefault(c => c is not RootCommand);
        return parent is null ? command.Name : $"{PathOf(parent)} {command.Name}";
    }

    private static int Report(Exception failure, bool verbose, CliHost host, CancellationToken cancellationToken)
    {
        if (failure is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }

        var (message, code) = failure switch
        {
            CliException wrong => ($"vaesweep: {wrong.Message}", wrong.ExitCode),
            SweepFileException invalid => (Faults(invalid), ExitCodes.Usage),
            StoreInUseException => ($"vaesweep: {failure.Message}", ExitCodes.Held),
            StoreDamagedException or StoreFullException or StoreOutdatedException =>
                ($"vaesweep: {failure.Message}", ExitCodes.Failed),
            ResultsException or StoreException => ($"vaesweep: {failure.Message}", ExitCodes.Usage),
            DatasetException => ($"vaesweep: {failure.Message}", ExitCodes.Failed),
            TrainerCrashedException crashed => ($"vaesweep: {crashed.Message}\n{crashed.LastLines}".TrimEnd(), ExitCodes.Failed),
            _ => ($"vaesweep: {failure.GetType().Name}: {failure.Message}{(verbose ? "" : "\nThis is a fault of vaesweep itself; --verbose shows where.")}", ExitCodes.Failed),
        };
        host.Say(message);
        if (verbose)
        {
            host.Say(failure.ToString());
        }

        return code;
    }

    private static string Faults(SweepFileException invalid)
    {
        var count = invalid.Faults.Count;
        return $"{string.Join('\n', invalid.Faults)}\nvaesweep: {count} {(count == 1 ? "fault" : "faults")}; nothing was run.";
    }
}
