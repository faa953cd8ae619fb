using System.CommandLine;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>Trials that another sweep of the store has trained already.</summary>
internal static class Reusing
{
    public static Option<bool> Option() => new("--reuse") { Description = "take over trials that succeeded in other sweeps of "
        + "the store: same configuration and seed" };

    /// <summary>Takes them over.</summary>
    public static Task<ReuseResult> TakeAsync(
        IStore store, SweepDefinition definition, CliHost host, CancellationToken cancellationToken)
    {
        var trials = PassingBy.Say(
            definition.Expand(cancellationToken), host, "looking in other sweeps", null, cancellationToken);
        return Keeping.Of(store).ReuseAsync(SubmitCommand.Submission(definition), trials, cancellationToken);
    }

    /// <summary>"taken over: 4 from first, 2 from second".</summary>
    public static string Text(ReuseResult reused) =>
        string.Join(", ", reused.Taken.Select(one => $"{Wording.Count(one.Trials, "trial")} from {one.Sweep}"));
}
