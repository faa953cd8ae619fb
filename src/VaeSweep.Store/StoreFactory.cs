using VaeSweep.Store.LiteDb;
using VaeSweep.Store.Postgres;
using VaeSweep.Store.Sqlite;

namespace VaeSweep.Store;

/// <summary>Opens a store by its location.</summary>
public static class StoreFactory
{
    /// <summary>Before a path: the store there is, or is made, of this kind.</summary>
    public const string LiteDbPrefix = "litedb:";

    private const string SqlitePrefix = "sqlite:";

    /// <summary>Opens; touches nothing until the first call.</summary>
    /// <param name="location">A path, sqlite:PATH, litedb:PATH, or postgres://user@host:port/database. A path alone means whatever is there, and SQLite where
    /// nothing is.</param>
    /// <param name="time">The clock of a store that has none of its own; a server uses the server's.</param>
    /// <exception cref="StoreException">No store is of this kind.</exception>
    public static IStore Open(string location, TimeProvider time, StoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(location);
        ArgumentNullException.ThrowIfNull(time);
        if (PostgresUrl.IsOne(location))
            return new PostgresStore(location, options ?? new StoreOptions(), testClock: null);
        if (LiteDbPath(location) is { } path)
            return OpenLiteDb(path, time, options ?? new StoreOptions());
        return new SqliteStore(SqlitePath(location), time, options ?? new StoreOptions(), HostIdentity.Current);
    }

    /// <summary>Whether a location holds a password.</summary>
    public static bool HoldsSecret(string location) => PostgresUrl.IsOne(location) && PostgresUrl.HasPassword(location);

    /// <summary>Whether a location is another machine that nobody makes sure of, without its owner having said that this is meant.</summary>
    public static bool IsUnguarded(string location) => PostgresUrl.IsOne(location) && PostgresUrl.Parse(location).Unguarded;

    /// <summary>Full path of a store that is a file; null of one that is a server's.</summary>
    public static string? PathOf(string location) => PostgresUrl.IsOne(location) ? null : LiteDbPath(location) ?? SqlitePath(location);

    /// <summary>Whether something is there to be read without creating it. A server's store counts as existing.</summary>
    public static bool Exists(string location) =>
        PostgresUrl.IsOne(location) || (LiteDbPath(location) is { } path ? StoreFileKinds.HoldsAnything(path) : File.Exists(SqlitePath(location)));

    private static LedgerStore OpenLiteDb(string path, TimeProvider time, StoreOptions options) =>
        new(new LiteDbLedgerLog(path, time, options.ReadOnly, options.OnTrouble), time, options, TaskScheduler.Default);

    /// <returns>Null when the store is of another kind.</returns>
    private static string? LiteDbPath(string location)
    {
        if (location.StartsWith(LiteDbPrefix, StringComparison.OrdinalIgnoreCase))
            return Path.GetFullPath(location[LiteDbPrefix.Length..]);
        if (location.Contains("://", StringComparison.Ordinal) || location.StartsWith(SqlitePrefix, StringComparison.OrdinalIgnoreCase))
            return null;
        var path = Path.GetFullPath(location);
        return StoreFileKinds.IsStore(path) ? path : null;
    }

    private static string SqlitePath(string location)
    {
        if (location.StartsWith(SqlitePrefix, StringComparison.OrdinalIgnoreCase))
            return Path.GetFullPath(location[SqlitePrefix.Length..]);
        var scheme = location.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0)
            throw new StoreException($"No store is known for '{location[..scheme]}://'. Allowed: a file's path, sqlite:PATH, or postgres://user@host:port/database.");
        return Path.GetFullPath(location);
    }
}
