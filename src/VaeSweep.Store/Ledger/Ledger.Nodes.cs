using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Lives of nodes: what a head must know of them when it starts.</content>
public sealed partial class Ledger
{
    /// <returns>Null when no node of that name was ever seen.</returns>
    public NodeDocument? Node(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>Nodes that trials run on, by name.</summary>
    public IReadOnlyList<string> NodesAtWork() => [.. _runningOn.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Attempts that run on a node, by trial, with the token of the request that each was granted to.</summary>
    public IReadOnlyList<(AttemptFence Attempt, string Token)> RunningOn(string node) =>
        [.. Held(node).Select(trial => (FenceOf(trial), trial.Last!.Token!))];

    /// <summary>Begins a life of a node: its numbers start anew, and what an earlier life held is queued again, because a node's
    /// death is no trial's fault. Nothing is changed but what people see where the life is known.</summary>
    /// <returns>The attempts that were ended.</returns>
    /// <exception cref="InvalidOperationException">A later life is known.</exception>
    public IReadOnlyList<AttemptFence> Join(NodeInfo node, long incarnation, TimeSpan lease, DateTimeOffset now)
    {
        var known = Node(node.Node);
        if (known?.Incarnation > incarnation)
            throw new InvalidOperationException($"Life {incarnation} of {node.Node} was to begin after {known.Incarnation}.");
        IReadOnlyList<AttemptFence> ended = [];
        if (known?.Incarnation != incarnation)
        {
            ended = Release(Held(node.Node), Words.Of(AttemptOutcome.Released), TrialPolicy.NodeEnded, now);
            known = new NodeDocument(node, Ticks(now), 0, 0) { Incarnation = incarnation };
        }

        Set(new NodePut(known with { Info = node, SeenAt = Ticks(now), AliveUntil = Until(now, lease) }));
        return ended;
    }

    /// <summary>Notes up to which number all that a node told has been taken: together with it, or not at all.</summary>
    public void Acknowledge(string node, long number, TimeSpan lease, DateTimeOffset now)
    {
        if (Node(node) is not { } known)
            throw new InvalidOperationException($"{node} has told something without having joined.");
        Set(new NodePut(known with { Acknowledged = number, SeenAt = Ticks(now), AliveUntil = Until(now, lease) }));
    }

    /// <summary>Queues what runs on a node that was not heard of for a whole lease, or fails it when it was lost too
    /// often.</summary>
    /// <returns>The attempts that were ended.</returns>
    public IReadOnlyList<AttemptFence> Lose(string node, DateTimeOffset now) => Lose(Held(node), now);

    private List<LedgerTrial> Held(string node) =>
        _runningOn.TryGetValue(node, out var there) ? there.Select(key => TrialOf(key)!).ToList() : [];
}
