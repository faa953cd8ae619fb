using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>Deletes sweeps, trials or their files, and tells of it: for the command and for the dashboard alike.</summary>
internal static class Deleting
{
    /// <summary>What would go, or has gone.</summary>
    /// <returns>How it ended, and its words.</returns>
    /// <exception cref="CliException">The sweep is not there any more, or trials run that were not to be stopped.</exception>
    public static async Task<(Deletion Done, string Words)> DeleteAsync(
        IStore store, SweepStatus sweep, DeletionWish wish, CancellationToken cancellationToken)
    {
        var done = await Keeping.Of(store).DeleteAsync(wish, cancellationToken) ?? throw new CliException(
            $"'{sweep.Name}' is gone: somebody has deleted or renamed it meanwhile.", ExitCodes.Failed);
        if (wish.DryRun)
        {
            return (done, $"would delete {What(wish, done, sweep)}. Nothing was changed."
                + (done.Running > 0 && !wish.Running ? $" {Runs(done)}: the deletion would be refused without --stop." : ""));
        }

        if (done.Running > 0 && !wish.Running)
        {
            throw new CliException(
                $"{Runs(done)}: `vaesweep stop {sweep.Name}` first, or say --stop, and what their workers still send is "
                    + "refused. Nothing was deleted.");
        }

        return (done, $"deleted {What(wish, done, sweep)}.");
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
