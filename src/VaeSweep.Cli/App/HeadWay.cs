using System.CommandLine;
using Microsoft.Extensions.Logging;
using VaeSweep.Cluster;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Security;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Cli;

/// <summary>The way to a running head: its address, and what makes it answer.</summary>
/// <param name="Address">HOST:PORT.</param>
/// <param name="Token">On its own machine, from the store's owner file; null where a key decides.</param>
/// <param name="Key">Its key file; null on its own machine alone.</param>
internal sealed record HeadWay(string Address, string? Token, JoinFile? Key)
{
    public const string Variable = "VAESWEEP_HEAD";

    /// <summary>In place of <see cref="CommonOptions.Key"/>.</summary>
    public const string KeyVariable = "VAESWEEP_KEY";

    /// <summary>The folder of checkpoints and models of the `run` that is head there, which ends with its sweep; null of a head
    /// that stands, or that the command line names.</summary>
    public string? Leaves { get; init; }

    private static readonly TimeSpan _startsWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);

    /// <returns>HOST:PORT of the head that the command line names; null where it names none.</returns>
    public static string? AddressOf(ParseResult parsed, CliHost host) =>
        Given(parsed.GetValue<string?>(CommonOptions.Head), host.Environment(Variable));

    /// <returns>Full path of the key file that the command line names; null where it names none.</returns>
    public static string? KeyFileOf(ParseResult parsed, CliHost host) =>
        Given(parsed.GetValue<string?>(CommonOptions.Key), host.Environment(KeyVariable)) is { } file
            ? Path.GetFullPath(file) : null;

    /// <returns>The way to the head that the command line names; null where it names none. Nothing was asked yet.</returns>
    public static HeadWay? Named(ParseResult parsed, CliHost host) =>
        AddressOf(parsed, host) is { } address ? To(address, "--head", parsed, host) : null;

    /// <param name="option">That named the address, for messages.</param>
    public static HeadWay To(string address, string option, ParseResult parsed, CliHost host)
    {
        var (name, port) = HeadAddress.Parse(address);
        if (KeyFileOf(parsed, host) is { } file)
            return new HeadWay(address, null, JoinFile.Read(file, host.Time));
        if (!HeadAddress.IsLoopback(address))
        {
            throw new CliException(
                $"{option} {address} is another machine: --key FILE (or {KeyVariable}) must name its key file, which its "
                    + "head made " +
                "beside its store.");
        }

        // The store's own files know what opens its head, for whoever may read them. While no head runs, it is the next one's
        // too.
        if (StoreOwner.Read(Stores.PathOf(parsed, host)) is not { } owner
            || (owner.Address ?? $"{name}:{port}") != $"{name}:{port}")
        {
            return new HeadWay(address, null, null);
        }
        return owner.KeyFile is { } key
            ? new HeadWay(address, null, JoinFile.Read(key, host.Time))
            : new HeadWay(address, owner.Token, null);
    }

    /// <summary>The way to the head that has a store's file open. One that is only being started has it a moment before it can be
    /// asked, and is waited for.</summary>
    /// <returns>Null where nobody has it open any more.</returns>
    /// <exception cref="StoreInUseException">Whoever has it open cannot be asked from here; the message says what to
    /// do.</exception>
    public static async Task<HeadWay?> OfAsync(
        StoreInUseException held, string store, CliHost host, CancellationToken cancellationToken)
    {
        var began = host.Time.GetTimestamp();
        for (var found = held; found is not null; found = StoreLock.HeldBy(store))
        {
            if (found.Owner is { Address: { } address } owner)
                return To(owner, address, store, host);
            if (host.Time.GetElapsedTime(began) > _startsWithin)
                throw found;
            await Task.Delay(_look, host.Time, cancellationToken);
        }

        return null;
    }

    private static HeadWay To(StoreOwner owner, string address, string store, CliHost host)
    {
        if (!owner.IsOnThisHost)
        {
            throw new StoreInUseException(
                $"the head runs on {owner.Host}; use --head (with --key), or run this command there. It is {owner}.", owner);
        }

        return HeadAddress.IsLoopback(address) && owner.KeyFile is null
            ? new HeadWay(address, owner.Token, null) { Leaves = owner.Leaves }
            : new HeadWay(address, null, JoinFile.Read(owner.KeyFile ?? HeadKeys.JoinPathOf(store), host.Time));
    }

    /// <summary>The way to the head that has the store of the command line open on this machine.</summary>
    /// <returns>Null where there is none.</returns>
    public static async Task<HeadWay?> OfRunningAsync(ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        var path = Stores.PathOf(parsed, host);
        if (!StoreFactory.Exists(path))
            return null;
        try
        {
            StoreLock.Share(path).Dispose();
            return null;
        }
        catch (StoreInUseException held)
        {
            return await OfAsync(held, path, host, cancellationToken);
        }
    }

    /// <summary>The head's store, once the head has answered.</summary>
    /// <exception cref="StoreUnreachableException">It does not.</exception>
    public async Task<RemoteStore> OpenAsync(CliHost host, ILogger logger, CancellationToken cancellationToken)
    {
        var store = RemoteStore.Connect(Address, Token, Key?.Setup(logger), host.Time, Key);
        try
        {
            await store.MigrateAsync(cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    private static string? Given(string? option, string? variable) =>
        !string.IsNullOrWhiteSpace(option) ? option : !string.IsNullOrWhiteSpace(variable) ? variable : null;
}
