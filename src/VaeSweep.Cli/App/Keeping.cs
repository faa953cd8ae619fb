using System.CommandLine;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Files;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>What commands share that keep a store in order.</summary>
internal static class Keeping
{
    public static Option<string?> OneTrial() => new("--trial") { Description = "only this trial", HelpName = "id" };

    public static IHousekeeping Of(IStore store) => store as IHousekeeping
        ?? throw new InvalidOperationException($"{store.Location} is a store that nobody keeps in order.");

    /// <returns>The key of the trial that is named; null where none is.</returns>
    public static async Task<long?> KeyAsync(IStore store, string? trial, string sweep, CancellationToken cancellationToken) =>
        (await TrialAsync(store, trial, sweep, cancellationToken))?.Key;

    /// <returns>The trial that is named; null where none is.</returns>
    public static async Task<TrialStatus?> TrialAsync(
        IStore store, string? trial, string sweep, CancellationToken cancellationToken) =>
        trial is null ? null : await SweepLookup.FindTrialAsync(store, trial, sweep, cancellationToken);

    /// <summary>Deletes files that nobody needs any more, where no head does.</summary>
    public static async Task PruneAsync(
        IStore store, string sweep, ParseResult parsed, CliHost host, CancellationToken cancellationToken)
    {
        if (store is RemoteStore)
            return;
        var folder = ArtifactsOption.Of(null, Stores.PathOf(parsed, host), host);
        await Leftovers.PruneAsync(store, cancellationToken);
        if (!Directory.Exists(folder))
            return;
        var own = await ArtifactsFolder.OfAsync(store, folder, cancellationToken);
        await Leftovers.DeleteOfDeletedAsync(Of(store), sweep, own, cancellationToken);
    }
}
