using System.CommandLine;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>Files that a verb of `vaesweep store` works with.</summary>
internal static class StoreFiles
{
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
            throw new CliException($"{path} is an empty file, and no store yet. --store or {Stores.Variable} names another.");
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
            throw new CliException($"{what} needs a file's name.");

        var file = Path.GetFullPath(named);
        if (Directory.Exists(file))
            throw new CliException($"{file} is a folder: name a file in it for {what}.");

        if (StoreFileKinds.IsPartOf(store, file))
            throw new CliException($"{file} is one of the store's own files: name another for {what}.");

        if (Path.GetDirectoryName(file) is { } folder && !Directory.Exists(folder))
            throw new CliException($"there is no folder {folder} for {what}: make it first, or name another.");

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

    /// <inheritdoc cref="Work{T}(Func{T})"/>
    /// <exception cref="StoreUnreachableException">The head that has it does not answer.</exception>
    public static async Task<T> WorkAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (StoreException failure) when (failure is not (StoreInUseException or StoreUnreachableException))
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
