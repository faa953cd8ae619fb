using System.CommandLine;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>Opens the store that a command line names.</summary>
internal static class Stores
{
    public const string Variable = "VAESWEEP_STORE";
    public const string DefaultPath = "vaesweep.db";

    /// <summary>In place of <see cref="CommonOptions.StoreKind"/>.</summary>
    public const string KindVariable = "VAESWEEP_STORE_KIND";

    public const string Sqlite = "sqlite";
    public const string LiteDb = "litedb";

    private const int TriesBetweenWords = 30;
    private static readonly TimeSpan WaitForServer = TimeSpan.FromSeconds(2);

    public static string LocationOf(ParseResult parsed, CliHost host)
    {
        var location = parsed.GetValue(CommonOptions.Store) ?? (host.Environment(Variable) is { Length: > 0 } set ? set : DefaultPath);
        var kind = parsed.GetValue(CommonOptions.StoreKind) ?? host.Environment(KindVariable);
        return kind == LiteDb && StoreFactory.PathOf(location) == Path.GetFullPath(location) ? StoreFactory.LiteDbPrefix + location : location;
    }

    /// <summary>What is on a command line can be read by everybody on the machine.</summary>
    public static bool HasSecretArgument(ParseResult parsed) => parsed.GetValue(CommonOptions.Store) is { } given && StoreFactory.HoldsSecret(given);

    /// <summary>Says what an address gives away.</summary>
    public static void Warn(ParseResult parsed, CliHost host)
    {
        if (HasSecretArgument(parsed))
        {
            host.Say("warning: the password after --store is shown by `ps` to everybody on this machine. Keep it in a file (a line host:port:database:user:password, "
                + $"chmod 600) that PGPASSFILE names, or in PGPASSWORD, or the whole address in {Variable}.");
        }

        if (StoreFactory.IsUnguarded(LocationOf(parsed, host)))
        {
            host.Say("warning: nothing makes sure that the store is the machine it says it is, nor that nobody reads along: add ?sslmode=verify-full&sslrootcert=FILE to its address "
                + "(or sslmode=prefer, when the network between is trusted).");
        }
    }

    /// <summary>For commands that write: made when it is not there, brought to this version's schema.</summary>
    public static Task<IStore> OpenToWriteAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        Warn(parsed, host);
        return OpenAsync(parsed, host, cancellationToken);
    }

    /// <summary>For a worker, which is started with its machine and before whatever else: waits for a server that does not answer yet.</summary>
    public static async Task<IStore> OpenToWorkAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        Warn(parsed, host);
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await OpenAsync(parsed, host, cancellationToken);
            }
            catch (StoreUnreachableException away)
            {
                if (tries % TriesBetweenWords == 0)
                {
                    host.Say($"{away.Message} Waiting for it; Ctrl-C ends.");
                }

                await Task.Delay(WaitForServer, host.Time, cancellationToken);
            }
        }
    }

    /// <summary>For commands that only read: a store that is not there is an answer, not a new file.</summary>
    public static Task<IStore> OpenToReadAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken) =>
        OpenExistingAsync(parsed, host, readOnly: true, cancellationToken);

    /// <summary>For commands that change what is there.</summary>
    public static Task<IStore> OpenToChangeAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken) =>
        OpenExistingAsync(parsed, host, readOnly: false, cancellationToken);

    private static async Task<IStore> OpenExistingAsync(ParseResult parsed, CliHost host, bool readOnly, CancellationToken cancellationToken)
    {
        var location = LocationOf(parsed, host);
        if (!StoreFactory.Exists(location))
        {
            throw new CliException(
                $"there is no store at {StoreFactory.PathOf(location) ?? location}. `vaesweep run SWEEP.yaml` makes one; --store or {Variable} names another.");
        }

        Warn(parsed, host);
        return await OpenAsync(parsed, host, cancellationToken, readOnly);
    }

    private static async Task<IStore> OpenAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken, bool readOnly = false)
    {
        var options = new StoreOptions
        {
            ReadOnly = readOnly, OnTrouble = trouble => host.Say(trouble is null ? "the store can be written again: going on." : trouble.Message),
        };
        var store = StoreFactory.Open(LocationOf(parsed, host), host.Time, options);
        try
        {
            await store.MigrateAsync(cancellationToken);
            return store;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await store.DisposeAsync();
            throw new StoreException($"the store {store.Location} cannot be opened: {failure.Message} --store or {Variable} names another.", failure);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }
}
