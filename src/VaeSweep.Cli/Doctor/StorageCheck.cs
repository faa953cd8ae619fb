using VaeSweep.Store;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <summary>The store, the disk and the data sets.</summary>
internal static class StorageCheck
{
    private const long LittleDisk = 2_000_000_000;

    public static async Task<IReadOnlyList<Finding>> RunAsync(string location, CliHost host, CancellationToken cancellationToken)
    {
        var findings = new List<Finding> { await StoreAsync(location, host, cancellationToken) };
        if (StoreFactory.PathOf(location) is { } path)
        {
            findings.Add(Disk(Path.GetDirectoryName(path) ?? "/"));
        }

        findings.AddRange(Data());
        return findings;
    }

    private static async Task<Finding> StoreAsync(string location, CliHost host, CancellationToken cancellationToken)
    {
        try
        {
            if (!StoreFactory.Exists(location))
            {
                return Finding.Ok("store", $"none yet at {StoreFactory.PathOf(location)}; the first run or submit makes it");
            }

            await using var store = StoreFactory.Open(location, host.Time, new StoreOptions { ReadOnly = true });
            await store.MigrateAsync(cancellationToken);
            var sweeps = await store.ListSweepsAsync(cancellationToken);
            return Finding.Ok("store", $"{store.Location}: {Wording.Count(sweeps.Count, "sweep")}, {Wording.Count(sweeps.Sum(s => s.Total), "trial")}");
        }
        catch (StoreException unusable)
        {
            return Finding.Missing("store", unusable.Message, $"name another with --store or {Stores.Variable}");
        }
    }

    private static Finding Disk(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { Length: > 0 } parent)
        {
            folder = parent;
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        return free >= LittleDisk
            ? Finding.Ok("disk", $"{Wording.Size(free)} free at {folder}")
            : Finding.Note("disk", $"only {Wording.Size(free)} free at {folder}", "checkpoints need room: `vaesweep plan` says how much");
    }

    private static IEnumerable<Finding> Data()
    {
        var statuses = DatasetStore.FromEnvironment().List();
        var here = statuses.Where(s => s.State is DatasetState.Ready or DatasetState.BuiltIn).ToList();
        var folders = here.Select(s => s.Folder).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var where = folders.Count == 0 ? "" : $" (in {string.Join(", ", folders.Take(3))}{(folders.Count > 3 ? ", ..." : "")})";
        yield return Finding.Ok("data", string.Join(", ", here.Select(s => s.Source.Name)) + where);
        foreach (var damaged in statuses.Where(s => s.State == DatasetState.Damaged))
        {
            yield return Finding.Note("data", $"{damaged.Source.Name} is damaged", $"vaesweep data verify {damaged.Source.Name}");
        }

        var missing = statuses.Where(s => s.State == DatasetState.Missing).Select(s => s.Source.Name).ToList();
        if (missing.Count > 0)
        {
            yield return Finding.Note(
                "data", $"not here: {string.Join(", ", missing)}", $"vaesweep data get NAME, or set {DatasetStoreOptions.SharedFolderVariable}; `run` fetches what it needs");
        }
    }
}
