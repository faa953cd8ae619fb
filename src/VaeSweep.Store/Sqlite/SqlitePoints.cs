using VaeSweep.Sweeps;

namespace VaeSweep.Store.Sqlite;

/// <summary>Numbers configurations without their seeds, inside the caller's transaction.</summary>
internal sealed class SqlitePoints(SqliteConnection db) : IDisposable
{
    /// <summary>Seeds of a point come near each other in an expansion: this many open points are more than any needs.</summary>
    private const int Remembered = 8192;

    private readonly Dictionary<string, long> _known = new(StringComparer.Ordinal);
    private readonly SqliteStatement _find = db.Prepare("SELECT point_key FROM t_points WHERE config = ?");
    private readonly SqliteStatement _add = db.Prepare("INSERT INTO t_points(config) VALUES (?)");

    public long KeyOf(Trial trial)
    {
        var config = WithoutSeed(trial);
        if (_known.TryGetValue(config, out var key))
            return key;
        if (_known.Count == Remembered)
            _known.Clear();
        key = Stored(config);
        _known.Add(config, key);
        return key;
    }

    public void Dispose()
    {
        _find.Dispose();
        _add.Dispose();
    }

    private long Stored(string config)
    {
        using (var found = _find)
        {
            found.Bind(1, config);
            if (found.Step())
                return found.Long(0);
        }

        _add.Bind(1, config);
        _add.Run();
        return db.LastInsertRowId;
    }

    // As text, because the canonical form has one way to write it and a million trials must pass in seconds.
    private static string WithoutSeed(Trial trial)
    {
        var entry = $",\"seed\":{trial.Seed}";
        var config = trial.ConfigJson;
        for (var at = config.IndexOf(entry, StringComparison.Ordinal); at >= 0; at = config.IndexOf(entry, at + 1, StringComparison.Ordinal))
        {
            if (at + entry.Length < config.Length && config[at + entry.Length] is ',' or '}')
                return config.Remove(at, entry.Length);
        }

        return config;
    }
}
