using System.CommandLine;

namespace VaeSweep.Cli;

/// <summary>The whole command line: parses, runs, and turns every failure into a message and an exit code.</summary>
internal static class CommandLine
{
    // A file of arguments (@file) is nothing that anybody asked for, and a value may begin with that sign.
    private static readonly ParserConfiguration _parsing = new() { ResponseFileTokenReplacer = null };

    private static readonly Action<Command, CliHost>[] _registered =
    [
        RunCommand.Add, PlanCommand.Add, SubmitCommand.Add, HeadCommand.Add, WorkerCommand.Add,
        ResumeCommand.Add, PauseCommand.Add, StopCommand.Add, RetryCommand.Add, SetCommand.Add, StoreCommand.Add,
        LaunchCommand.Add, DeleteCommand.Add, RenameCommand.Add, TagCommand.Add, NoteCommand.Add,
        BestCommand.Add, LogsCommand.Add, InitCommand.Add, CompletionCommand.Add, ImportCommand.Add,
        ListCommand.Add, StatusCommand.Add, WatchCommand.Add, ShowCommand.Add, NodesCommand.Add,
        PlotCommand.Add, ReportCommand.Add, DashboardCommand.Add,
        TableCommand.Add, WhyCommand.Add, QueryCommand.Add, ExportCommand.Add, GenerateCommand.Add, ReconstructCommand.Add,
        EncodeCommand.Add, InterpolateCommand.Add, DataCommand.Add, DoctorCommand.Add, TrainerProgram.Add,
    ];

    // They have something to leave in order; every other command can be left at any moment.
    private static readonly string[] _leavesInOrder =
        ["run", "submit", "head", "worker", "resume", "pause", "stop", "retry", "set", "store", "launch", "data",
            "delete", "rename", "tag", "note", "import", "dashboard"];

    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(0.7);

    /// <summary>Parses and runs one command line.</summary>
    /// <param name="cancellationToken">Asks the command to end in order.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, CliHost host, CancellationToken cancellationToken)
    {
        var root = Build(host);
        var parsed = root.Parse(AskingForHelp(args), _parsing);
        host.Pasteable = new Hints(parsed, host).Completed;
        try
        {
            // A group of commands, named without one of them: its help is the list of what could have been meant.
            if (UsageFaults.IsGroupAlone(parsed))
            {
                parsed = root.Parse([.. args, "--help"], _parsing);
            }
            else if (parsed.Errors.Count > 0 || UsageFaults.HasEmpty(parsed) || UsageFaults.HasStray(parsed)
                || (parsed.CommandResult.Command.Action is null && parsed.UnmatchedTokens.Count > 0))
            {
                return ReportUsage(parsed, root, host);
            }

            return _leavesInOrder.Contains(UsageFaults.PathOf(parsed.CommandResult.Command).Split(' ')[0])
                ? await parsed.InvokeAsync(Invocation(host), cancellationToken)
                : await EndsAtOnceAsync(parsed, host, cancellationToken);
        }
        catch (Exception failure)
        {
            return Report(failure, parsed.GetValue<bool>(CommonOptions.Verbose), host, cancellationToken);
        }
    }

    // Much of a command asks for no token: a forest of fANOVA, a page's JSON, a model's codes. What it writes is there whole or
    // not at all.
    private static async Task<int> EndsAtOnceAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        var work = Task.Run(() => parsed.InvokeAsync(Invocation(host), cancellationToken), CancellationToken.None);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), asked))
        {
            if (await Task.WhenAny(work, asked.Task) != work)
                await Task.WhenAny(work, Task.Delay(_grace, host.Time, CancellationToken.None));
        }

        return work.IsCompleted ? await work : ExitCodes.Interrupted;
    }

    public static RootCommand Build(CliHost host)
    {
        var root = new RootCommand("Sweeps of variational autoencoders: launch, resume, compare.");
        foreach (var option in CommonOptions.OfEvery())
            root.Add(option);
        foreach (var add in _registered)
            add(root, host);

        Bounds.EveryNumberOf(root);

        return root;
    }

    // Signals are this program's own business: the library would end the process before a checkpoint is written.
    private static InvocationConfiguration Invocation(CliHost host) => new()
    {
        Output = host.Out, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
    };

    // `vaesweep help plot` is how many programs are asked.
    private static IReadOnlyList<string> AskingForHelp(IReadOnlyList<string> args) =>
        args is ["help", ..] ? [.. args.Skip(1), "--help"] : args;

    private static int ReportUsage(ParseResult parsed, RootCommand root, CliHost host)
    {
        foreach (var fault in UsageFaults.Of(parsed, root))
            host.Say(FaultText.Bounded($"vaesweep: {fault}"));

        var command = parsed.CommandResult.Command;
        host.Say($"See: {Hints.Program(host)} {(command == root ? "" : UsageFaults.PathOf(command) + " ")}--help");
        return ExitCodes.Usage;
    }

    private static int Report(Exception failure, bool verbose, CliHost host, CancellationToken cancellationToken)
    {
        if (failure is OperationCanceledException && cancellationToken.IsCancellationRequested)
            return ExitCodes.Interrupted;

        var (message, code) = FaultText.Of(failure);
        host.Say(FaultText.Bounded(message));
        if (verbose && (failure.InnerException is not null || FaultText.IsOwn(failure)))
            host.Say(failure.ToString());

        return code;
    }
}
