using VaeSweep.Store.LiteDb;

namespace VaeSweep.Store;

/// <content>Back-ups.</content>
public sealed partial class LedgerStore
{
    /// <summary>Makes a back-up of the store as it stands at one moment from now on, while work goes on.</summary>
    /// <param name="file">Full path; nothing may be there yet, unless it is to give way.</param>
    /// <param name="replaces">A file that is there already gives way once the back-up is whole.</param>
    /// <exception cref="StoreException">The store is in memory, or damaged, or the file cannot be written.</exception>
    public async Task<BackupSummary> BackupAsync(string file, bool replaces, CancellationToken cancellationToken)
    {
        // Opens the store, should nobody have asked it for anything yet; and all that was answered before is in the log.
        await MigrateAsync(cancellationToken);
        return _log is LiteDbLedgerLog log
            ? await log.BackupAsync(file, replaces, cancellationToken)
            : throw new StoreException($"{Location} is in memory alone and cannot be backed up.");
    }
}
