using VaeSweep.Sweeps;

namespace VaeSweep.Store.Sqlite;

/// <summary>Numbers configurations without their seeds, inside the caller's transaction.</summary>
internal sealed class SqlitePoints(SqliteConnection db) : IDisposable
{
    /// <summary>Seeds of a point come near each other in an expansion: this many open points are more than any needs.</summary>
    private const int Remembered = 8192;

    private readonly Dictionary<string, long> _known = new(StringComparer.Ordinal);
    private readonly PointChanges _changes = new();
    private readonly SqliteStatement _find = db.Prepare("SELECT point_key FROM t_points WHERE config = ?");
    private readonly SqliteStatement _add = db.Prepare("INSERT INTO t_points(config) VALUES (?)");
    private readonly SqliteStatement _tell = db.Prepare("INSERT INTO t_point_changes(point_key, base_key, changes) VALUES (?, ?, ?)");

    public long KeyOf(Trial trial) => KeyOf(PointChanges.WithoutSeed(trial));

    public void Dispose()
    {
        _find.Dispose();
        _add.Dispose();
        _tell.Dispose();
    }

    private long KeyOf(string config)
    {
        if (_known.TryGetValue(config, out var key))
            return key;
        key = Stored(config);
        if (_known.Count == Remembered)
            _known.Clear();
        _known.Add(config, key);
        return key;
    }

    private long Stored(string config)
    {
        using (var found = _find)
        {
            found.Bind(1, config);
            if (found.Step())
                return found.Long(0);
        }

        var (against, changes) = _changes.Of(config);
        // Another configuration, told before this one.
        var baseKey = ReferenceEquals(against, config) ? default(long?) : KeyOf(against);
        _add.Bind(1, config);
        _add.Run();
        var key = db.LastInsertRowId;
        _tell.Bind(1, key);
        _tell.Bind(2, baseKey ?? key);
        _tell.Bind(3, changes);
        _tell.Run();
        return key;
    }
}
