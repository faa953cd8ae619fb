using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cluster.Commands;

/// <summary>What a desk works on.</summary>
internal sealed record Served(IStore Store)
{
    /// <summary>Backs the store up into a file of the head's machine; null where that is not to be had.</summary>
    public Func<string, bool, CancellationToken, Task<BackupSummary>>? Backup { get; init; }

    /// <summary>What trainers printed; null where no files are seen.</summary>
    public Func<LogNamed, string?>? Log { get; init; }

    /// <summary>For what owners do to keep their sweeps in order.</summary>
    public IHousekeeping Housekeeping => Store as IHousekeeping
        ?? throw new StoreException($"Store '{Store.Location}' deletes, renames and takes over nothing.");

    /// <summary>For those who follow what changes.</summary>
    public IWatchedStore Watched => Store as IWatchedStore
        ?? throw new StoreException($"Store '{Store.Location}' does not tell what changes.");

    /// <summary>Where the head takes and gives files; 0 where it does not.</summary>
    public Func<int> FilesPort { get; init; } = () => 0;

    /// <summary>What a desk has for a store that is kept by a Ledger.</summary>
    public static Served Of(IStore store) => new(store) { Backup = store is LedgerStore ledger ? ledger.BackupAsync : null };
}
