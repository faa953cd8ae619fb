using VaeSweep.Results;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>The world a command runs in. Tests hand in their own.</summary>
internal sealed record CliHost
{
    /// <summary>Results alone; what a pipe reads.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress, logs and errors.</summary>
    public required TextWriter Error { get; init; }

    public Terminal OutTerminal { get; init; } = Terminal.Plain;
    public Terminal ErrorTerminal { get; init; } = Terminal.Plain;
    /// <summary>Where a person answers questions; null where nobody sits.</summary>
    public TextReader? In { get; init; }
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What trains: real trainer processes, or what a test puts in their place.</summary>
    public Func<ITrainerLauncher> Launcher { get; init; } = TrainerProgram.CreateLauncher;

    /// <summary>Makes sure that a sweep's data sets are on this machine before anything runs.</summary>
    public Func<IReadOnlyCollection<string>, CliHost, CancellationToken, Task> FetchData { get; init; } = DataFetcher.EnsureAsync;

    /// <summary>Opens an address in a browser; false where none can be opened.</summary>
    public Func<string, bool> OpenBrowser { get; init; } = DesktopBrowser.Open;

    /// <summary>A host on the process's own console.</summary>
    public static CliHost ForConsole()
    {
        Func<string, string?> environment = System.Environment.GetEnvironmentVariable;
        return new CliHost
        {
            Out = StandardStreams.Output(),
            Error = StandardStreams.Error(),
            In = Console.IsInputRedirected || Console.IsErrorRedirected ? null : Console.In,
            OutTerminal = TerminalOf(Console.IsOutputRedirected, environment),
            ErrorTerminal = TerminalOf(Console.IsErrorRedirected, environment),
        };
    }

    /// <summary>Completes the commands that a text advises, so that they can be pasted; set once the command line is
    /// read.</summary>
    public Func<string, string> Pasteable { get; set; } = text => text;

    /// <summary>Writes a line for a person, from any thread.</summary>
    public void Say(string line)
    {
        line = Pasteable(line);
        lock (Error)
        {
            Error.WriteLine(line);
        }
    }

    private static Terminal TerminalOf(bool redirected, Func<string, string?> environment)
    {
        if (redirected || environment("TERM") is "dumb")
            return Terminal.Plain;

        var color = string.IsNullOrEmpty(environment("NO_COLOR"));
        return new Terminal(Ansi: true, color, WindowWidth());
    }

    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
