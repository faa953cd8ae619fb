using System.CommandLine;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>Asks before a sweep file takes trials that have finished out of every table: an edited list does, and so does another
/// file of the same name.</summary>
internal static class Retiring
{
    public static Option<bool> Option() =>
        new("--yes") { Description = "retire finished trials that the file no longer contains, without asking" };

    // Where somebody sits, asking is shorter than a second command line.
    private static bool AgreesTo(long retired, string sweep, CliHost host)
    {
        if (host.In is not { } input)
            return false;
        host.Error.Write($"{Wording.Count(retired, "finished trial")} of '{sweep}' would count in no table any more. Retire "
            + $"{(retired == 1 ? "it" : "them")}? [y/N] ");
        host.Error.Flush();
        return input.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <exception cref="CliException">Finished trials would be retired, and nobody has said yes.</exception>
    public static async Task AskAsync(
        IStore store, SweepDefinition definition, bool yes, CliHost host, CancellationToken cancellationToken)
    {
        if (yes || await store.GetSweepAsync(definition.Name, cancellationToken) is not { } sweep
            || sweep.Count(TrialState.Succeeded) == 0)
        {
            return;
        }

        var trials = PassingBy.Say(definition.Expand(cancellationToken), host, "comparing with what is stored", null,
            cancellationToken);
        var plan = await store.PlanAsync(SubmitCommand.Submission(definition), trials, cancellationToken);
        // Those that go on with more epochs are not lost.
        var retired = plan.Retired - plan.Lengthened;
        if (retired > 0 && !AgreesTo(retired, definition.Name, host))
        {
            throw new CliException(
                $"{Wording.Count(retired, "finished trial")} of '{definition.Name}' {(retired == 1 ? "is" : "are")} "
                    + "not in this file, and no table would "
                + $"count {(retired == 1 ? "it" : "them")} any "
                + $"more. {(plan.Kept == 0 ? "It shares no trial with what is stored: another `name:` keeps both. " : "")}"
                + "--yes goes on (results are kept, and count again when a file contains them); `vaesweep plan FILE` shows the "
                + "difference. Nothing was changed.");
        }
    }
}
