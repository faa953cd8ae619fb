namespace VaeSweep.Store;

/// <content>Settings, duties, nodes.</content>
public sealed partial class LedgerStore
{
    public Task<string> IdentityAsync(CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Identity, cancellationToken);

    public Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Setting(name), cancellationToken);

    public Task SetSettingAsync(string name, string? value, CancellationToken cancellationToken) => DoAsync(
        (ledger, _) =>
        {
            ledger.SetSetting(name, value);
            return true;
        },
        cancellationToken);

    public Task<long?> TryLeadAsync(string duty, string holder, TimeSpan lease, CancellationToken cancellationToken) =>
        DoAsync((ledger, now) => ledger.Lead(duty, holder, lease, now), cancellationToken);

    public Task ResignAsync(string duty, string holder, long term, CancellationToken cancellationToken) => DoAsync(
        (ledger, _) =>
        {
            ledger.Resign(duty, holder, term);
            return true;
        },
        cancellationToken);

    public Task HeartbeatAsync(NodeInfo node, TimeSpan lease, CancellationToken cancellationToken) => DoAsync(
        (ledger, now) =>
        {
            ledger.Beat(node, lease, now);
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<AttemptKey>> EvictNodeAsync(string node, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<AttemptKey>>((ledger, now) => [.. ledger.Evict(node, now).Select(ledger.KeyOf)], cancellationToken);

    public Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<NodeStatus>>((ledger, now) => [.. ledger.Nodes(now).Select(AsHeard)], cancellationToken);
}
