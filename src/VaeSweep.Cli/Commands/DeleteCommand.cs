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
            var done = await Keeping.Of(store).DeleteAsync(wish, cancellationToken) ?? throw new CliException(
                $"'{found.Name}' is gone: somebody has deleted or renamed it meanwhile.", ExitCodes.Failed);
            if (wish.DryRun)
            {
                host.Say($"would delete {What(wish, done, found)}. Nothing was changed."
                    + (done.Running > 0 && !wish.Running ? $" {Runs(done)}: the deletion would be refused without --stop." : ""));
                return ExitCodes.Done;
            }

            if (done.Running > 0 && !wish.Running)
            {
                throw new CliException(
                    $"{Runs(done)}: `vaesweep stop {found.Name}` first, or say --stop, and what their workers still send is "
                        + "refused. Nothing was deleted.");
            }

            host.Say($"deleted {What(wish, done, found)}."
                + (store is RemoteStore && done.Files.Count > 0 ? " The head deletes the files now." : ""));
            await Keeping.PruneAsync(store, found.Name, parsed, host, cancellationToken);
            return ExitCodes.Done;
        });
        root.Add(command);
    }

    private static string Runs(Deletion done) =>
        $"{Wording.Count(done.Running, "trial")} of these {(done.Running == 1 ? "runs" : "run")}";

    private static string What(DeletionWish wish, Deletion done, SweepStatus sweep)
    {
        var bytes = done.Files.Sum(file => new FileInfo(file) is { Exists: true } there ? there.Length : 0);
        var files = Wording.Count(done.Files.Count, "file") + (bytes > 0 ? $", {Wording.Size(bytes)}" : "");
        var what = wish.ArtifactsOnly ? $"the files of {Wording.Count(done.Trials, "finished trial")} of {sweep.Name} ({files})"
            : $"{(wish is { Trial: null, Failed: false, Imported: false } ? $"the sweep {sweep.Name}, " : "")}"
                + $"{Wording.Count(done.Trials, "trial")}{(wish is { Trial: null, Failed: false, Imported: false }
                    ? "" : $" of {sweep.Name}")} ({files})";
        return done.Shared == 0 ? what
            : $"{what}; {Wording.Count(done.Shared, "file")} that other sweeps refer to "
                + $"{(done.Shared == 1 ? "stays" : "stay")}";
    }
}
