using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store;

/// <summary>Opens a store by its path.</summary>
public static class StoreFactory
{
    /// <summary>Opens; touches nothing until the first call, which makes what is not there.</summary>
    /// <param name="path">Of its data file.</param>
    public static LedgerStore Open(string path, TimeProvider time, StoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(time);
        var chosen = options ?? new StoreOptions();
        if (chosen.ArtifactsFolder is null)
            chosen = chosen with { ArtifactsFolder = Path.GetFullPath(path) + ArtifactPlace.Ending };
        var log = new LiteDbLedgerLog(Path.GetFullPath(path), time, chosen.ReadOnly, chosen.OnTrouble);
        return new LedgerStore(log, time, chosen, TaskScheduler.Default);
    }

    /// <summary>Whether something is there to be read without creating it.</summary>
    public static bool Exists(string path) => StoreFileKinds.HoldsAnything(Path.GetFullPath(path));
}
