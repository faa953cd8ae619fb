using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>The LiteDB store that a verb of `vaesweep store` looks after.</summary>
internal static class LiteDbPlace
{
    private const string SqlitePrefix = "sqlite:";

    /// <summary>Whether a location is a store of another kind.</summary>
    public static bool IsForeign(string location) => location.Contains("://", StringComparison.Ordinal)
        || location.StartsWith(SqlitePrefix, StringComparison.OrdinalIgnoreCase)
        || (!string.IsNullOrWhiteSpace(location) && StoreFileKinds.IsSqlite(location));

    /// <summary>Where the store is, or is to be.</summary>
    /// <param name="verb">As it was typed, such as "store backup".</param>
    /// <param name="ofServer">What there is instead for a PostgreSQL.</param>
    /// <param name="ofSqlite">And for SQLite.</param>
    /// <returns>A full path.</returns>
    /// <exception cref="CliException">A store of another kind is there, which is not touched.</exception>
    public static string PathOf(ParseResult parsed, CliHost host, string verb, string ofServer, string ofSqlite)
    {
        var location = Stores.LocationOf(parsed, host);
        if (string.IsNullOrWhiteSpace(location))
        {
            throw new CliException("--store names no file.");
        }

        // A server's address may hold a password, and is not repeated; of other schemes this says that there are none.
        if (location.Contains("://", StringComparison.Ordinal) && StoreFactory.Exists(location))
        {
            throw new CliException(
                $"the store is a PostgreSQL server, and `vaesweep {verb}` is for LiteDB stores, which are files. {ofServer}");
        }

        return !IsForeign(location) ? Path.GetFullPath(location)
            : throw new CliException(
                $"{location} is a SQLite store, and `vaesweep {verb}` is for LiteDB stores. It was not touched. {ofSqlite}");
    }

    /// <exception cref="CliException">Nothing is there.</exception>
    /// <exception cref="StoreException">Something else is there.</exception>
    public static void DemandStore(string path)
    {
        StoreFileKinds.DemandStoreOrNothing(path, adopts: true);
        if (!File.Exists(path))
        {
            throw new CliException(
                $"there is no store at {path}. `vaesweep run SWEEP.yaml` makes one; --store or {Stores.Variable} names another.");
        }

        if (new FileInfo(path).Length == 0)
        {
            throw new CliException($"{path} is an empty file, and no store yet. --store or {Stores.Variable} names another.");
        }
    }

    /// <summary>A file that is to be made.</summary>
    /// <param name="named">As it was typed.</param>
    /// <param name="what">For messages, such as "the back-up".</param>
    /// <param name="otherwise">What else can be done about a file that is there; null where it is to be replaced.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="CliException">It cannot be made there.</exception>
    public static string NewFile(string named, string store, string what, string? otherwise)
    {
        if (string.IsNullOrWhiteSpace(named))
        {
            throw new CliException($"{what} needs a file's name.");
        }

        var file = Path.GetFullPath(named);
        if (Directory.Exists(file))
        {
            throw new CliException($"{file} is a folder: name a file in it for {what}.");
        }

        if (StoreFileKinds.IsPartOf(store, file))
        {
            throw new CliException($"{file} is one of the store's own files: name another for {what}.");
        }

        if (Path.GetDirectoryName(file) is { } folder && !Directory.Exists(folder))
        {
            throw new CliException($"there is no folder {folder} for {what}: make it first, or name another.");
        }

        return otherwise is null || !File.Exists(file) ? file
            : throw new CliException($"{file} is there already: name another file for {what}, or {otherwise}.");
    }

    /// <summary>Does what a command is for, once it is known to be asked rightly.</summary>
    /// <exception cref="CliException">It failed.</exception>
    /// <exception cref="StoreInUseException">Another process has the store.</exception>
    public static T Work<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (StoreException failure) when (failure is not StoreInUseException)
        {
            throw new CliException(failure.Message, ExitCodes.Failed, failure);
        }
    }

    /// <summary>--format text|json.</summary>
    public static Option<OutputFormat> Format() => new Option<OutputFormat>("--format", "-f")
    {
        Description = "text|json", HelpName = "format", DefaultValueFactory = _ => OutputFormat.Text,
    }.AcceptOnlyFromAmong("text", "json");
}
