using System.CommandLine;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>Opens the store that a command line names.</summary>
internal static class Stores
{
    public const string Variable = "VAESWEEP_STORE";
    public const string DefaultPath = "vaesweep.db";

    private const int TriesBetweenWords = 30;
    private static readonly TimeSpan WaitForServer = TimeSpan.FromSeconds(2);

    public static string LocationOf(ParseResult parsed, CliHost host) =>
        parsed.GetValue(CommonOptions.Store) ?? (host.Environment(Variable) is { Length: > 0 } set ? set : DefaultPath);

    /// <summary>What is on a command line can be read by everybody on the machine.</summary>
    public static void RefuseSecret(ParseResult parsed)
    {
        if (parsed.GetValue(CommonOptions.Store) is { } given && StoreFactory.HoldsSecret(given))
        {
            throw new CliException("the address after --store holds a password, which `ps` shows to everybody on this machine. "
                + $"Leave it out and put it in PGPASSWORD or a file named by PGPASSFILE, or put the whole address in {Variable}.");
        }
    }

    /// <summary>For commands that write: made when it is not there, brought to this version's schema.</summary>
    public static async Task<IStore> OpenToWriteAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        RefuseSecret(parsed);
        var store = StoreFactory.Open(LocationOf(parsed, host), host.Time);
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
        catch (DllNotFoundException missing)
        {
            await store.DisposeAsync();
            throw new StoreException("libsqlite3.so.0 is not installed: apt-get install libsqlite3-0.", missing);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>For a worker, which is started with its machine and before whatever else: waits for a server that does not answer yet.</summary>
    public static async Task<IStore> OpenToWorkAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await OpenToWriteAsync(parsed, host, cancellationToken);
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
    public static async Task<IStore> OpenToReadAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        var location = LocationOf(parsed, host);
        if (!StoreFactory.Exists(location))
        {
            throw new CliException(
                $"there is no store at {location}. `vaesweep run SWEEP.yaml` makes one; --store or {Variable} names another.");
        }

        return await OpenToWriteAsync(parsed, host, cancellationToken);
    }
}
