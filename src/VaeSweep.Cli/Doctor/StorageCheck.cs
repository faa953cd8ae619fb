using System.CommandLine;
using System.Globalization;
using VaeSweep.Cluster.Security;
using VaeSweep.Store;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <summary>The store, the disk and the data sets.</summary>
internal static class StorageCheck
{
    private const long LittleDisk = 2_000_000_000;

    public static async Task<IReadOnlyList<Finding>> RunAsync(
        ParseResult parsed, CliHost host, CancellationToken cancellationToken) =>
    [
        await StoreAsync(parsed, host, cancellationToken), .. Key(parsed, host),
        Disk(Path.GetDirectoryName(Stores.PathOf(parsed, host)) ?? "/"), .. Data(),
    ];

    private static async Task<Finding> StoreAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        try
        {
            if (!Stores.Exists(parsed, host))
                return Finding.Ok("store", $"none yet at {Stores.PathOf(parsed, host)}; the first run or submit makes it");
            await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
            var sweeps = await store.ListSweepsAsync(cancellationToken);
            return Finding.Ok(
                "store", $"{store.Location}: {Wording.Count(sweeps.Count, "sweep")}, "
                    + $"{Wording.Count(sweeps.Sum(s => s.Total), "trial")}");
        }
        catch (StoreException unusable)
        {
            return Finding.Missing("store", unusable.Message, $"name another with --store or {Stores.Variable}");
        }
    }

    /// <summary>A key that is used here or was made here, and whether it will do for a while.</summary>
    private static IEnumerable<Finding> Key(ParseResult parsed, CliHost host)
    {
        var path = HeadWay.KeyFileOf(parsed, host) ?? HeadKeys.JoinPathOf(Stores.PathOf(parsed, host));
        if (!File.Exists(path))
            yield break;
        Finding found;
        try
        {
            var key = JoinFile.Read(path, host.Time);
            var until = $"{path}, until {key.ExpiresAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
            found = key.ExpiresSoon
                ? Finding.Note("key", until, "delete it and the .headkey beside it: the next `vaesweep head` makes new ones. "
                    + "Then copy it to all workers")
                : Finding.Ok("key", until);
        }
        catch (KeyException unusable)
        {
            found = Finding.Missing("key", unusable.Message, $"name another with --key or {HeadWay.KeyVariable}");
        }

        yield return found;
    }

    private static Finding Disk(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { Length: > 0 } parent)
            folder = parent;

        var free = new DriveInfo(folder).AvailableFreeSpace;
        return free >= LittleDisk
            ? Finding.Ok("disk", $"{Wording.Size(free)} free at {folder}")
            : Finding.Note("disk", $"only {Wording.Size(free)} free at {folder}",
                "checkpoints need room: `vaesweep plan` says how much");
    }

    private static IEnumerable<Finding> Data()
    {
        var statuses = DatasetStore.FromEnvironment().List();
        var here = statuses.Where(s => s.State is DatasetState.Ready or DatasetState.BuiltIn).ToList();
        var folders = here.Select(s => s.Folder).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var where = folders.Count == 0 ? "" : $" (in {string.Join(", ", folders.Take(3))}{(folders.Count > 3 ? ", ..." : "")})";
        yield return Finding.Ok("data", string.Join(", ", here.Select(s => s.Source.Name)) + where);
        foreach (var damaged in statuses.Where(s => s.State == DatasetState.Damaged))
            yield return Finding.Note("data", $"{damaged.Source.Name} is damaged", $"vaesweep data verify {damaged.Source.Name}");

        var missing = statuses.Where(s => s.State == DatasetState.Missing).Select(s => s.Source.Name).ToList();
        if (missing.Count > 0)
        {
            yield return Finding.Note(
                "data", $"not here: {string.Join(", ", missing)}",
                $"vaesweep data get NAME, or set {DatasetStoreOptions.SharedFolderVariable}; `run` fetches what it needs");
        }
    }
}
