using System.CommandLine;
using System.Runtime.CompilerServices;
using VaeSweep.Cli.Dashboard;

namespace VaeSweep.Cli;

/// <summary>`vaesweep dashboard`: sweeps in a browser, watched and steered.</summary>
internal static class DashboardCommand
{
    public static void Add(Command root, CliHost host)
    {
        var options = new DashboardOptions();
        var open = new Option<bool>("--open") { Description = "open it in this machine's browser" };
        var command = new Command("dashboard", "Watch and steer sweeps in a browser: beside a running head, or over a store that "
            + "nobody has open, which is only read.") { open };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Stores.DemandStore(parsed, host);
            return await ServeAsync(parsed, options, parsed.GetValue(open), host, cancellationToken);
        });
        root.Add(command);
    }

    // Not inlined: what it uses is loaded when it runs, and not when the command line is read.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> ServeAsync(
        ParseResult parsed, DashboardOptions options, bool opens, CliHost host, CancellationToken cancellationToken)
    {
        await using var source = new FoundStore(parsed, host);
        await using var server = await options.StartAsync(parsed, source, null, host, cancellationToken);
        DashboardOptions.Tell(server, opens, host);
        await Task.Delay(Timeout.InfiniteTimeSpan, host.Time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        host.Say("the dashboard has ended");
        return ExitCodes.Interrupted;
    }
}
