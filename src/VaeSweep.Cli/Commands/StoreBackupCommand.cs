using System.CommandLine;
using System.Text.Json;
using VaeSweep.Results;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>`vaesweep store backup`: a LiteDB store in one file.</summary>
internal static class StoreBackupCommand
{
    public static Command Make(CliHost host)
    {
        var file = new Argument<string>("FILE") { Description = "the back-up to make" };
        var force = new Option<bool>("--force") { Description = "replace FILE where it is there, once the new back-up is whole" };
        var format = LiteDbPlace.Format();
        var command = new Command(
            "backup", "Copy a LiteDB store into one file, as it stands at one moment, and read the copy again.")
        {
            file, force, format,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var since = host.Time.GetTimestamp();
            var store = LiteDbPlace.PathOf(
                parsed, host, "store backup", "`pg_dump` backs up a server's database.", "Copy its file while nobody uses it.");
            LiteDbPlace.DemandStore(store);
            var replaces = parsed.GetValue(force);
            var target = LiteDbPlace.NewFile(
                parsed.GetRequiredValue(file), store, "the back-up", replaces ? null : "say --force to replace this one");
            using var held = StoreLock.Share(store);
            var made = LiteDbPlace.Work(() => StoreBackup.Run(held, target, cancellationToken, replaces));
            var took = host.Time.GetElapsedTime(since);
            host.Out.Write(parsed.GetValue(format) == OutputFormat.Json ? Json(store, made, took)
                : $"{made.Path}: {Said(made)}, read again: checksum {made.Checksum} holds ({Wording.Duration(took)})\n");
            return Task.FromResult(ExitCodes.Done);
        });
        return command;
    }

    /// <summary>"12.3 MB, 3 sweeps, 12,600 trials".</summary>
    public static string Said(BackupSummary backup) =>
        $"{Wording.Size(backup.Bytes)}, {Wording.Count(backup.Sweeps, "sweep")}, {Wording.Count(backup.Trials, "trial")}";

    /// <summary>What a back-up is, as properties.</summary>
    public static void Write(Utf8JsonWriter json, BackupSummary backup)
    {
        json.WriteString("backup", backup.Path);
        json.WriteNumber("bytes", backup.Bytes);
        json.WriteNumber("sweeps", backup.Sweeps);
        json.WriteNumber("trials", backup.Trials);
        json.WriteString("checksum", backup.Checksum);
    }

    private static string Json(string store, BackupSummary made, TimeSpan took) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("store", store);
        Write(json, made);
        json.WriteBoolean("verified", true);
        json.WriteNumber("seconds", took.TotalSeconds);
        json.WriteEndObject();
    });
}
