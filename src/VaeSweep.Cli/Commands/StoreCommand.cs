using System.CommandLine;

namespace VaeSweep.Cli;

/// <summary>`vaesweep store`: looking after a store.</summary>
internal static class StoreCommand
{
    public static void Add(Command root, CliHost host) =>
        root.Add(new Command("store", "Look after a store: check, back up, restore, compact.")
    {
        StoreCheckCommand.Make(host), StoreBackupCommand.Make(host), StoreRestoreCommand.Make(host),
        StoreCompactCommand.Make(host),
    });
}
