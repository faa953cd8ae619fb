namespace VaeSweep.Store.Sqlite;

/// <summary>Refuses to write beside another machine: SQLite's locks do not reach across a network file system, and two writers would destroy the file.</summary>
internal sealed class HostGuard(HostIdentity host, TimeProvider time)
{
    /// <summary>A machine that has written this recently is taken to be at work.</summary>
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _between = TimeSpan.FromSeconds(15);

    private long _checkedAt = long.MinValue;

    /// <summary>Called inside every write transaction; does its work every few seconds.</summary>
    public void Check(SqliteConnection db)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (_checkedAt != long.MinValue && Math.Abs(now - _checkedAt) < _between.TotalMilliseconds)
            return;

        using (var other = db.Prepare(
            "SELECT host, seen_at FROM t_writers WHERE machine <> ? AND boot <> ? AND seen_at > ? ORDER BY seen_at DESC LIMIT 1",
            host.Machine, host.Boot, now - (long)_fresh.TotalMilliseconds))
        {
            if (other.Step())
            {
                throw new StoreException(
                    $"SQLite store {db.Path}{OnNetwork(db.Path)} is being written by host '{other.Text(0)}' ({Math.Max(0, now - other.Long(1)) / 1000} s ago); this is '{host.Name}'. " +
                    "A SQLite store serves one machine. For several, use a postgres:// store; to move this one, stop the other host's processes and wait a minute.");
            }
        }

        db.Execute(
            "INSERT INTO t_writers(boot, machine, host, seen_at) VALUES (?, ?, ?, ?) ON CONFLICT(boot) DO UPDATE SET machine = excluded.machine, host = excluded.host, seen_at = excluded.seen_at",
            host.Boot, host.Machine, host.Name, now);
        _checkedAt = now;
    }

    private static string OnNetwork(string path)
    {
        try
        {
            var drive = new DriveInfo(path);
            return drive.DriveType == DriveType.Network ? $" (on a network file system, {drive.DriveFormat})" : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
