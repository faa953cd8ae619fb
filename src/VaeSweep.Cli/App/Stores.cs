using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>Opens the store that a command line names: the file itself where nobody has it, else by asking its head.</summary>
internal static class Stores
{
    public const string Variable = "VAESWEEP_STORE";
    public const string DefaultPath = "vaesweep.db";

    /// <returns>Its full path, whether anything is there or not.</returns>
    /// <exception cref="CliException">No file is named.</exception>
    public static string PathOf(ParseResult parsed, CliHost host)
    {
        var named = parsed.GetValue<string?>(CommonOptions.Store)
            ?? (host.Environment(Variable) is { Length: > 0 } set ? set : DefaultPath);
        if (string.IsNullOrWhiteSpace(named))
            throw new CliException("--store names no file.");
        // An address may hold a password, and is not repeated.
        if (named.Contains("://", StringComparison.Ordinal))
        {
            throw new CliException(
                $"--store (or {Variable}) is the address of a server. Results are kept in a file now; a store of the first "
                    + "version on a " +
                "PostgreSQL was not touched, and can be read with version 0.1. Machines share a head: --head HOST:PORT.");
        }

        return Path.GetFullPath(named);
    }

    /// <summary>Whether there is something to read, or a head was named that will know.</summary>
    public static bool Exists(ParseResult parsed, CliHost host) =>
        HeadWay.AddressOf(parsed, host) is not null || StoreFactory.Exists(PathOf(parsed, host));

    /// <summary>For commands that write: made when it is not there.</summary>
    public static Task<IStore> OpenToWriteAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken) =>
        OpenAsync(parsed, host, readOnly: false, cancellationToken);

    /// <summary>For commands that only read: a store that is not there is an answer, not a new file.</summary>
    public static Task<IStore> OpenToReadAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        DemandStore(parsed, host);
        return OpenAsync(parsed, host, readOnly: true, cancellationToken);
    }

    /// <summary>For commands that change what is there.</summary>
    public static Task<IStore> OpenToChangeAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        DemandStore(parsed, host);
        return OpenAsync(parsed, host, readOnly: false, cancellationToken);
    }

    /// <exception cref="CliException">There is none.</exception>
    public static void DemandStore(ParseResult parsed, CliHost host)
    {
        if (!Exists(parsed, host))
        {
            throw new CliException(
                $"there is no store at {PathOf(parsed, host)}. `vaesweep run SWEEP.yaml` makes one; --store or {Variable} "
                    + "names another.");
        }
    }

    private static async Task<IStore> OpenAsync(
        ParseResult parsed, CliHost host, bool readOnly, CancellationToken cancellationToken)
    {
        if (HeadWay.Named(parsed, host) is { } named)
            return await named.OpenAsync(host, NullLogger.Instance, cancellationToken);
        var path = PathOf(parsed, host);
        while (true)
        {
            // Mostly one look tells, and LiteDB need not be loaded.
            var held = StoreLock.HeldBy(path);
            try
            {
                if (held is null)
                    return await OpenFileAsync(path, host, readOnly, cancellationToken);
            }
            catch (StoreInUseException inUse)
            {
                held = inUse;
            }

            if (await HeadWay.OfAsync(held, path, host, cancellationToken) is { } way)
                return await way.OpenAsync(host, NullLogger.Instance, cancellationToken);
        }
    }

    private static async Task<IStore> OpenFileAsync(string path, CliHost host, bool readOnly, CancellationToken cancellationToken)
    {
        var options = new StoreOptions
        {
            ReadOnly = readOnly,
            ArtifactsFolder = ArtifactsOption.Of(null, path, host),
            OnTrouble = trouble => host.Say(trouble is null ? "the store can be written again: going on." : trouble.Message),
        };
        var store = StoreFactory.Open(path, host.Time, options);
        try
        {
            await store.MigrateAsync(cancellationToken);
            return store;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await store.DisposeAsync();
            throw new StoreException(
                $"the store {store.Location} cannot be opened: {failure.Message} --store or {Variable} names another.", failure);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }
}
