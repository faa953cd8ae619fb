using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>`vaesweep store restore`: a store from a back-up.</summary>
internal static class StoreRestoreCommand
{
    public static Command Make(CliHost host)
    {
        var file = new Argument<string>("FILE") { Description = "a back-up that `vaesweep store backup` made" };
        var force = new Option<bool>("--force")
        {
            Description = "where a store is already: keep it as STORE.before-restore, and put the back-up in its place",
        };
        var format = StoreFiles.Format();
        var command = new Command(
            "restore", "Put a back-up in the place of --store, once it was compared with its checksum.")
        {
            file, force, format,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var store = Stores.PathOf(parsed, host);
            var backup = parsed.GetRequiredValue(file);
            if (string.IsNullOrWhiteSpace(backup))
                throw new CliException("the back-up to restore needs a file's name.");

            StoreFileKinds.DemandStoreOrNothing(store);
            if (StoreFileKinds.IsPartOf(store, backup))
                throw new CliException($"{Path.GetFullPath(backup)} is one of the store's own files, and no back-up of it.");

            if (File.Exists(store) && !parsed.GetValue(force))
            {
                throw new CliException(
                    $"there is a store at {store} already: with --force it is kept as {store}.before-restore, and the back-up "
                    + "takes its place; or name another place with --store.");
            }

            if (Path.GetDirectoryName(store) is { } folder && !Directory.Exists(folder))
            {
                throw new CliException(
                    $"there is no folder {folder} for the store: make it first, or name another place with --store.");
            }

            var holds = StoreBackup.Verify(backup, cancellationToken);
            using var held = await StoreLock.TakeAsync(store, host.Time, cancellationToken);
            var kept = StoreFiles.Work(() => StoreBackup.Restore(held, backup, cancellationToken, keepsReplaced: true));
            host.Out.Write(parsed.GetValue(format) == OutputFormat.Json ? Json(store, holds, kept)
                : $"{store} is what {holds.Path} holds: {StoreBackupCommand.Said(holds)}; checksum {holds.Checksum} holds\n"
                + (kept is null ? "" : $"the store that was there is kept: {kept} (a store like any other, with .wal "
                    + "and .sum)\n"));
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Json(string store, BackupSummary holds, string? kept) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("store", store);
        StoreBackupCommand.Write(json, holds);
        json.WriteString("kept", kept);
        json.WriteEndObject();
    });
}
