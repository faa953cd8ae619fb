using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>`vaesweep store compact`: a store without the room that deleted things left.</summary>
internal static class StoreCompactCommand
{
    public static Command Make(CliHost host)
    {
        var format = StoreFiles.Format();
        var command = new Command(
            "compact", "Give back the room that deleted things left in a store. Needs twice its size free meanwhile.")
        {
            format,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var since = host.Time.GetTimestamp();
            var store = Stores.PathOf(parsed, host);
            StoreFiles.DemandStore(store);
            using var held = await StoreLock.TakeAsync(store, host.Time, cancellationToken);
            var (before, after) = StoreFiles.Work(() => StoreCompaction.Run(held, cancellationToken));
            var took = host.Time.GetElapsedTime(since);
            host.Out.Write(parsed.GetValue(format) == OutputFormat.Json ? Json(store, before, after, took)
                : $"{store}: {Wording.Size(before)} before, {Wording.Size(after)} after ({Wording.Duration(took)})\n");
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Json(string store, long before, long after, TimeSpan took) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("store", store);
        json.WriteNumber("bytes_before", before);
        json.WriteNumber("bytes_after", after);
        json.WriteNumber("seconds", took.TotalSeconds);
        json.WriteEndObject();
    });
}
