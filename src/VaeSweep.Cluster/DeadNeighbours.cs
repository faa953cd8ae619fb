using VaeSweep.Store;

namespace VaeSweep.Cluster;

/// <summary>Nodes of this machine whose process has ended without a word.</summary>
public static class DeadNeighbours
{
    /// <summary>Takes them out: a process that was killed on this machine is known to be gone, and its trials need not wait for their leases to run out.</summary>
    /// <param name="self">The asking node, or null.</param>
    /// <param name="evicted">Told of each node and how many of its trials are queued again.</param>
    /// <returns>How many trials are queued again.</returns>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public static async Task<int> EvictAsync(IStore store, string? self, Action<string, int>? evicted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var freed = 0;
        foreach (var neighbour in await store.ListNodesAsync(cancellationToken))
        {
            if (neighbour.Info.Node != self && (neighbour.Alive || neighbour.RunningTrials > 0) && NodeIdentity.IsDeadHere(neighbour.Info.Node))
            {
                var attempts = await store.EvictNodeAsync(neighbour.Info.Node, cancellationToken);
                freed += attempts.Count;
                evicted?.Invoke(neighbour.Info.Node, attempts.Count);
            }
        }

        return freed;
    }
}
