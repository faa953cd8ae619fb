using System.CommandLine;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>`vaesweep submit`: stores a sweep's trials and runs nothing.</summary>
internal static class SubmitCommand
{
    public static void Add(Command root, CliHost host)
    {
        var file = CommonOptions.SweepFile();
        var set = CommonOptions.Set();
        var yes = Retiring.Option();
        var reuse = Reusing.Option();
        var command = new Command("submit",
            "Store a sweep's trials, run nothing. An edited file adds only its difference.") { file, set, yes, reuse };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var definition = LoadFile(parsed.GetRequiredValue(file), parsed.GetValue(set), host, cancellationToken);
            await using var store = await Stores.OpenToWriteAsync(parsed, host, cancellationToken);
            await SubmitAsync(store, definition, parsed.GetValue(yes), parsed.GetValue(reuse), host, cancellationToken);
            host.Say(store is RemoteStore ? $"stored in {store.Location}, whose head gives the trials to its nodes."
                : $"stored in {store.Location}. Train it with `vaesweep resume {definition.Name}`, or by workers that join its "
                    + "head");
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    /// <summary>Reads a sweep file and says its warnings.</summary>
    public static SweepDefinition LoadFile(
        string path, string[]? overrides, CliHost host, CancellationToken cancellationToken)
    {
        var definition = SweepFile.Load(path, overrides, new OwnData(path, host, cancellationToken));
        foreach (var warning in definition.Warnings)
            host.Say($"{warning}");

        return definition;
    }

    /// <summary>Stores the trials and says what changed.</summary>
    /// <param name="yes">Finished trials that the file no longer contains may be retired.</param>
    /// <param name="reuse">What other sweeps have of its trials is taken over first.</param>
    public static async Task<SubmitResult> SubmitAsync(
        IStore store, SweepDefinition definition, bool yes, bool reuse, CliHost host, CancellationToken cancellationToken)
    {
        await Retiring.AskAsync(store, definition, yes, host, cancellationToken);
        foreach (var change in await OwnData.ChangesAsync(store, definition, cancellationToken))
            host.Say(change);

        await OwnData.SendAsync(store, definition, host, cancellationToken);

        var reused = reuse ? await Reusing.TakeAsync(store, definition, host, cancellationToken) : ReuseResult.None;
        var trials = PassingBy.Say(definition.Expand(cancellationToken), host, "storing the trials", null, cancellationToken);
        var result = await store.SubmitAsync(Submission(definition), trials, cancellationToken);
        // As a plan tells it: what has just come is new to this sweep.
        var taken = reused.Taken.Sum(one => one.Trials);
        result = result with
        {
            Added = result.Added + taken, Kept = result.Kept - taken, Succeeded = result.Succeeded - taken, Reused = reused,
        };
        foreach (var line in PlanSummary.Lines(definition, result, done: true))
            host.Say(line);

        return result;
    }

    public static SweepSubmission Submission(SweepDefinition definition) =>
        new(definition.Name, definition.Text, definition.MaxAttempts)
    {
        Priority = definition.Priority, MaxConcurrent = definition.MaxConcurrent,
        InTheEnd = definition.Learns ? definition.InTheEnd() : null,
        Budget = definition.Scheduler?.FirstBudget, Confirming = definition.Confirming(),
    };
}
