using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>`vaesweep store check`: whether a LiteDB store is whole, or what is wrong with a server's address.</summary>
internal static class StoreCheckCommand
{
    public static Command Make(CliHost host)
    {
        var rescue = new Option<string?>("--rescue")
        {
            Description = "LiteDB: write what is whole into this new store file, and say what was left out", HelpName = "file",
        };
        var adopt = new Option<bool>("--adopt")
        {
            Description =
                "LiteDB: take over a data file that another program changed with LiteDB, or whose .wal or .sum was lost",
        };
        var format = CommonOptions.Format();
        var command = new Command(
            "check",
            "LiteDB: read the whole store, compare every checksum. PostgreSQL: say what is wrong with the address, step by step.")
        {
            rescue, adopt, format,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (chosen, location) = (parsed.GetValue(format), Stores.LocationOf(parsed, host));
            var (saveAs, adopts) = (parsed.GetValue(rescue), parsed.GetValue(adopt));
            if (saveAs is not null && adopts)
            {
                throw new CliException(
                    "--rescue saves what is whole of a damaged store, --adopt believes a changed one: not both at once.");
            }

            if (saveAs is null && !adopts && LiteDbPlace.IsForeign(location))
            {
                return await AddressAsync(parsed, location, chosen, host, cancellationToken);
            }

            var verb = adopts ? "store check --adopt" : "store check --rescue";
            var store = LiteDbPlace.PathOf(
                parsed, host, verb, "Without it the address is checked.", "`vaesweep doctor` looks at it.");
            LiteDbPlace.DemandStore(store);
            return adopts ? await AdoptAsync(store, chosen, host, cancellationToken)
                : CheckFile(store, saveAs, new Hints(parsed, host), chosen, host, cancellationToken);
        });
        return command;
    }

    private static int CheckFile(
        string store, string? saveAs, Hints hints, OutputFormat format, CliHost host, CancellationToken cancellationToken)
    {
        var since = host.Time.GetTimestamp();
        var rescued = saveAs is null ? null : LiteDbPlace.NewFile(saveAs, store, "the rescued store", "delete this one");
        using var held = StoreLock.Share(store);
        var report = LiteDbPlace.Work(() => rescued is null ? StoreCheck.Run(held, cancellationToken)
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
        var changed = LiteDbPlace.Work(() =>
            StoreAdoption.IsNeeded(held, cancellationToken) ? StoreAdoption.Run(held, cancellationToken) : null);
        host.Out.Write(StoreCheckText.Adopted(store, changed, format));
        return ExitCodes.Done;
    }

    private static async Task<int> AddressAsync(
        ParseResult parsed, string location, OutputFormat format, CliHost host, CancellationToken cancellationToken)
    {
        if (!location.Contains("://", StringComparison.Ordinal))
        {
            throw new CliException(
                $"{location} is a SQLite file, not an address: `vaesweep doctor` looks at it. "
                + "An address: postgres://user@host:5432/database");
        }

        Stores.Warn(parsed, host);
        var findings = (await PostgresCheck.RunAsync(location, host.Time, cancellationToken)).Select(f => f switch
        {
            { Good: true, Advice.Length: 0 } or { Good: true, Grave: true } => Finding.Ok(f.What, f.Found),
            { Good: true } => Finding.Ok(f.What, f.Found),
            { Grave: true } => Finding.Missing(f.What, f.Found, f.Advice),
            _ => Finding.Note(f.What, f.Found, f.Advice),
        }).ToList();
        if (!findings.Exists(f => f.State == FindingState.Missing)
            && await RoomAsync(location, host, cancellationToken) is { } room)
        {
            findings.Add(Finding.Ok("checkpoints", room));
        }

        host.Out.Write(format == OutputFormat.Text ? DoctorCommand.Text(findings, host.OutTerminal)
            : DoctorCommand.Rows(findings).Render(format, Terminal.Plain));
        return findings.Exists(f => f.State == FindingState.Missing) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static async Task<string?> RoomAsync(string location, CliHost host, CancellationToken cancellationToken)
    {
        await using var store = StoreFactory.Open(location, host.Time);
        try
        {
            return await CheckpointRoom.DescribeAsync(store, cancellationToken);
        }
        catch (StoreException)
        {
            // There is no store yet, or an older one: the findings have said so.
            return null;
        }
    }
}
