using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace VaeSweep.Store.Sqlite;

/// <summary>Binds the SQLite provider to the SQLite that comes with the program, or to the system's where none came.</summary>
internal static class SqliteLibrary
{
    /// <summary>3.38 brought sqlite3_error_offset; RETURNING is older.</summary>
    private const int OldestVersion = 3_038_000;
    private const string ImportName = "e_sqlite3";

    private static readonly string[] _candidates = OperatingSystem.IsMacOS()
        ? ["libsqlite3.dylib"]
        : OperatingSystem.IsWindows() ? ["sqlite3", "winsqlite3"] : ["libsqlite3.so.0", "libsqlite3.so"];

    private static readonly Lock _gate = new();
    private static bool _loaded;

    /// <exception cref="StoreException">libsqlite3 is missing or too old.</exception>
    public static void EnsureLoaded()
    {
        lock (_gate)
        {
            if (_loaded)
                return;
            var library = Load();
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            NativeLibrary.SetDllImportResolver(typeof(SqliteLibrary).Assembly, Resolve);
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            raw.FreezeProvider();
            var version = raw.sqlite3_libversion_number();
            if (version < OldestVersion)
                throw new StoreException($"SQLite {raw.sqlite3_libversion().utf8_to_string()} is too old; 3.38 or newer is needed (apt-get install libsqlite3-0).");
            _loaded = true;

            nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == ImportName ? library : 0;
        }
    }

    /// <returns>Byte offset of the last error's token in the SQL text, or -1.</returns>
    public static int ErrorOffset(sqlite3 connection) => sqlite3_error_offset(connection);

    private static nint Load()
    {
        if (NativeLibrary.TryLoad(ImportName, typeof(SqliteLibrary).Assembly, DllImportSearchPath.AssemblyDirectory, out var own))
            return own;
        foreach (var candidate in _candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
                return handle;
        }

        throw new StoreException(
            $"SQLite was not found (looked for {ImportName} beside the program, and {string.Join(", ", _candidates)}). Publish the program again, or install it: apt-get install libsqlite3-0 (Debian, Ubuntu), dnf install sqlite-libs (Fedora).");
    }

#pragma warning disable SYSLIB1054 // The generated form needs unsafe code and cannot take the provider's handle type.
    [DllImport(ImportName)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sqlite3_error_offset(sqlite3 connection);
#pragma warning restore SYSLIB1054
}
