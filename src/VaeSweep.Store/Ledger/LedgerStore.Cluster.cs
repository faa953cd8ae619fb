namespace VaeSweep.Store;

/// <content>Settings, nodes.</content>
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

    public Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<NodeStatus>>((ledger, now) => [.. ledger.Nodes(now).Select(AsHeard)], cancellationToken);
}
