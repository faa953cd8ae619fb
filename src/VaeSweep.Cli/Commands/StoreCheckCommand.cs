using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>`vaesweep store check`: whether a store is whole.</summary>
internal static class StoreCheckCommand
{
    public static Command Make(CliHost host)
    {
        var rescue = new Option<string?>("--rescue")
        {
            Description = "write what is whole into this new store file, and say what was left out", HelpName = "file",
        };
        var adopt = new Option<bool>("--adopt")
        {
            Description =
                "take over a data file that another program changed with LiteDB, or whose .wal or .sum was lost",
        };
        var format = CommonOptions.Format();
        var command = new Command(
            "check",
            "Read the whole store, compare every checksum.")
        {
            rescue, adopt, format,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(format);
            var (saveAs, adopts) = (parsed.GetValue(rescue), parsed.GetValue(adopt));
            if (saveAs is not null && adopts)
            {
                throw new CliException(
                    "--rescue saves what is whole of a damaged store, --adopt believes a changed one: not both at once.");
            }

            var store = Stores.PathOf(parsed, host);
            StoreFiles.DemandStore(store);
            return adopts ? await AdoptAsync(store, chosen, host, cancellationToken)
                : CheckFile(store, saveAs, new Hints(parsed, host), chosen, host, cancellationToken);
        });
        return command;
    }

    private static int CheckFile(
        string store, string? saveAs, Hints hints, OutputFormat format, CliHost host, CancellationToken cancellationToken)
    {
        var since = host.Time.GetTimestamp();
        var rescued = saveAs is null ? null : StoreFiles.NewFile(saveAs, store, "the rescued store", "delete this one");
        using var held = StoreLock.Share(store);
        var report = StoreFiles.Work(() => rescued is null ? StoreCheck.Run(held, cancellationToken)
            : StoreCheck.Rescue(held, rescued, cancellationToken));
        var told = new StoreCheckText(report, rescued, host.Time.GetElapsedTime(since));
        host.Out.Write(format switch
        {
            OutputFormat.Json => told.Json(),
            OutputFormat.Csv => told.Rows().Render(OutputFormat.Csv, Terminal.Plain),
            _ => told.Text(hints),
        });
        return report.Sound ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<int> AdoptAsync(
        string store, OutputFormat format, CliHost host, CancellationToken cancellationToken)
    {
        using var held = await StoreLock.TakeAsync(store, host.Time, cancellationToken, adopts: true);
        var changed = StoreFiles.Work(() =>
            StoreAdoption.IsNeeded(held, cancellationToken) ? StoreAdoption.Run(held, cancellationToken) : null);
        host.Out.Write(StoreCheckText.Adopted(store, changed, format));
        return ExitCodes.Done;
    }
}
