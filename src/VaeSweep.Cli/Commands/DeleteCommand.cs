using System.CommandLine;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>`vaesweep delete`: a sweep, some of its trials, or their files alone.</summary>
internal static class DeleteCommand
{
    public static void Add(Command root, CliHost host)
    {
        var sweep = CommonOptions.Sweep();
        var trial = Keeping.OneTrial();
        var failed = new Option<bool>("--failed") { Description = "only trials that failed" };
        var imported = new Option<bool>("--imported") { Description = "only trials that were imported" };
        var artifacts = new Option<bool>("--artifacts-only") { Description = "only the checkpoints and models of finished "
            + "trials; what was measured stays" };
        var stop = new Option<bool>("--stop") { Description = "also trials that run: what their workers still send is refused" };
        var dryRun = new Option<bool>("--dry-run") { Description = "say what would be deleted, and delete nothing" };
        var command = new Command("delete", "Delete a sweep with its results and files, or some of its trials. Files that "
            + "another sweep has taken over (run --reuse) stay.")
        {
            sweep, trial, failed, imported, artifacts, stop, dryRun,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var store = await Stores.OpenToChangeAsync(parsed, host, cancellationToken);
            var found = await SweepLookup.FindAsync(store, parsed.GetRequiredValue(sweep), cancellationToken);
            var wish = new DeletionWish(found.Name)
            {
                Trial = await Keeping.KeyAsync(store, parsed.GetValue(trial), found.Name, cancellationToken),
                Failed = parsed.GetValue(failed), Imported = parsed.GetValue(imported),
                ArtifactsOnly = parsed.GetValue(artifacts), Running = parsed.GetValue(stop), DryRun = parsed.GetValue(dryRun),
            };
            var (done, words) = await Deleting.DeleteAsync(store, found, wish, cancellationToken);
            if (wish.DryRun)
            {
                host.Say(words);
                return ExitCodes.Done;
            }

            host.Say(words + (store is RemoteStore && done.Files.Count > 0 ? " The head deletes the files now." : ""));
            await Keeping.PruneAsync(store, found.Name, parsed, host, cancellationToken);
            return ExitCodes.Done;
        });
        root.Add(command);
    }
}
