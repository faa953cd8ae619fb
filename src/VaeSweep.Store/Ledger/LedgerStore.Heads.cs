using System.Collections.Concurrent;

namespace VaeSweep.Store;

/// <content>What the head of a cluster does with its store.</content>
public sealed partial class LedgerStore
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _heard = new(StringComparer.Ordinal);

    /// <summary>Is told that something was committed that no step of a head had changed: new trials, an owner's wish. Called
    /// where the log is used: it must return at once.</summary>
    public Action? OnChanged { get; set; }

    private ChangeFeed? _feed;

    /// <remarks>Nothing is noted before somebody asks.</remarks>
    public Task<StoreNews> NewsAsync(string epoch, long number, CancellationToken cancellationToken)
    {
        ChangeFeed feed;
        lock (_gate)
            feed = _feed ??= new ChangeFeed();
        return feed.SinceAsync(epoch, number, cancellationToken);
    }

    /// <summary>Carries out a head's step. What it changes is committed, all or none, before the answer comes, together with what
    /// others wait for.</summary>
    /// <param name="work">May not keep what it is given. Where it throws, nothing of it stays.</param>
    /// <exception cref="StoreException">It is unknown whether the step was kept. The next one is given another Ledger, made from
    /// what was.</exception>
    public Task<T> StepAsync<T>(Func<LedgerTurn, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return DoAsync(new Call<T>(Turn, CancellationToken.None) { IsStep = true });

        T Turn(Ledger ledger, DateTimeOffset now) =>
            work(new LedgerTurn(ledger, now, one => ConfigOf(ledger, one.Point, one.Seed)));
    }

    /// <summary>Tells people that a node was heard now. Not worth a commit: it is forgotten with the process.</summary>
    public void Heard(string node, DateTimeOffset now) => _heard[node] = now;

    private NodeStatus AsHeard(NodeStatus node) =>
        _heard.TryGetValue(node.Info.Node, out var at) && at > node.SeenAt ? node with { SeenAt = at } : node;
}
