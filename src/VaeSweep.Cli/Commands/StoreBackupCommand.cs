using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Commands;
using VaeSweep.Results;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>`vaesweep store backup`: a store in one file.</summary>
internal static class StoreBackupCommand
{
    public static Command Make(CliHost host)
    {
        var file = new Argument<string>("FILE") { Description = "the back-up to make" };
        var force = new Option<bool>("--force") { Description = "replace FILE where it is there, once the new back-up is whole" };
        var format = StoreFiles.Format();
        var command = new Command(
            "backup", "Copy a store into one file, as it stands at one moment, and read the copy again.")
        {
            file, force, format,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var since = host.Time.GetTimestamp();
            await using var named = await NamedAsync(parsed, host, cancellationToken);
            var store = named?.Location ?? Stores.PathOf(parsed, host);
            if (named is null)
                StoreFiles.DemandStore(store);
            var replaces = parsed.GetValue(force);
            var target = StoreFiles.NewFile(
                parsed.GetRequiredValue(file), store, "the back-up", replaces ? null : "say --force to replace this one");
            var made = await StoreFiles.WorkAsync(() => named is not null ? named.BackupAsync(target, replaces, cancellationToken)
                : BackUpAsync(store, target, replaces, host, cancellationToken));
            var took = host.Time.GetElapsedTime(since);
            host.Out.Write(parsed.GetValue(format) == OutputFormat.Json ? Json(store, made, took)
                : $"{made.Path}: {Said(made)}, read again: checksum {made.Checksum} holds ({Wording.Duration(took)})\n");
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>By the head that has the store open, where one has.</summary>
    private static async Task<BackupSummary> BackUpAsync(
        string store, string target, bool replaces, CliHost host, CancellationToken cancellationToken)
    {
        StoreLock? held = null;
        while (held is null)
        {
            try
            {
                held = StoreLock.Share(store);
            }
            catch (StoreInUseException inUse)
            {
                if (await HeadWay.OfAsync(inUse, store, host, cancellationToken) is not { } way)
                    continue;
                await using var head = await way.OpenAsync(host, NullLogger.Instance, cancellationToken);
                return await head.BackupAsync(target, replaces, cancellationToken);
            }
        }

        using (held)
            return StoreBackup.Run(held, target, cancellationToken, replaces);
    }

    /// <summary>The head that the command line names.</summary>
    private static async Task<RemoteStore?> NamedAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        if (HeadWay.AddressOf(parsed, host) is not { } address)
            return null;
        return HeadAddress.IsLoopback(address)
            ? await HeadWay.Named(parsed, host)!.OpenAsync(host, NullLogger.Instance, cancellationToken)
            : throw new CliException(
                $"a head writes its back-ups on its own machine: run `vaesweep store backup` there, without --head {address}.");
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
