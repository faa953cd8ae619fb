using VaeSweep.Cluster.Commands;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>Since when nothing was heard of those that train: what a store says of running trials is what it last
/// heard.</summary>
internal sealed class Contact
{
    private readonly Dictionary<string, TimeSpan> _lost;

    private Contact(Dictionary<string, TimeSpan> lost) => _lost = lost;

    /// <summary>Whether a head has the store: without one no process that trains is in contact with it.</summary>
    public static bool HasHead(IStore store) => store is RemoteStore;

    public static async Task<Contact> ReadAsync(IStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var nodes = await store.ListNodesAsync(cancellationToken);
        return new Contact(nodes.Where(node => !node.Alive || !HasHead(store))
            .ToDictionary(node => node.Info.Node, node => now - node.SeenAt, StringComparer.Ordinal));
    }

    /// <param name="worker">As a trial has it: NODE/DEVICE.</param>
    /// <returns>Null while its process is in contact, and where nothing is known of it.</returns>
    public TimeSpan? LostSince(string? worker) =>
        worker?.LastIndexOf('/') is { } end and > 0 && _lost.TryGetValue(worker[..end], out var since) ? since : null;
}
