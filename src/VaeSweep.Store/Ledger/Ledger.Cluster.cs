namespace VaeSweep.Store;

/// <content>Nodes, settings.</content>
public sealed partial class Ledger
{
    /// <returns>Null when it was never set.</returns>
    public string? Setting(string name) => name == StoreSettings.Identity ? Identity : _settings.GetValueOrDefault(name);

    /// <summary>Sets what holds for all who use the store; null takes it away. The identity stays.</summary>
    public void SetSetting(string name, string? value)
    {
        if (name == StoreSettings.Identity)
            throw new ArgumentException("A store's identity never changes.", nameof(name));
        if (Setting(name) != value)
            Set(new SettingPut(name, value));
    }

    /// <summary>Notes that a node is alive.</summary>
    public void Beat(NodeInfo node, TimeSpan lease, DateTimeOffset now)
    {
        var known = Node(node.Node) ?? new NodeDocument(node, Ticks(now), 0, 0);
        Set(new NodePut(known with { Info = node, SeenAt = Ticks(now), AliveUntil = Until(now, lease) }));
    }

    /// <summary>Takes a node out whose process is known to have ended: queues what was granted in its name, because a node's
    /// death is no trial's fault, and lists it as no longer alive. A node that lives after all finds its attempts lost.</summary>
    /// <returns>The attempts that were ended.</returns>
    public IReadOnlyList<AttemptFence> Evict(string node, DateTimeOffset now)
    {
        var ended = Release(Held(node), Words.Of(AttemptOutcome.Released), TrialPolicy.NodeEnded, now);
        if (_nodes.TryGetValue(node, out var known) && known.AliveUntil != 0)
            Set(new NodePut(known with { AliveUntil = 0 }));
        return ended;
    }

    /// <summary>All nodes that were ever seen, the oldest first.</summary>
    public IReadOnlyList<NodeStatus> Nodes(DateTimeOffset now)
    {
        var at = Ticks(now);
        var running = Running().CountBy(trial => WorkerOf(trial.Last!).Node ?? "").ToDictionary(StringComparer.Ordinal);
        return
        [
            .. _nodes.Values.OrderBy(one => one.StartedAt).ThenBy(one => one.Info.Node, StringComparer.Ordinal)
                .Select(one => new NodeStatus(
                one.Info, Instant(one.StartedAt)!.Value, Instant(one.SeenAt)!.Value, one.AliveUntil >= at,
                running.GetValueOrDefault(one.Info.Node))),
        ];
    }

    private static DateTimeOffset? Instant(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}
