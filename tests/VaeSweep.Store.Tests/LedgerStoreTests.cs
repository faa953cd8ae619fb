namespace VaeSweep.Store.Tests;

/// <summary>The contract, kept by the Ledger in memory.</summary>
public sealed class LedgerStoreTests : StoreContract
{
    protected override ManualTime Time { get; } = new();

    protected override Task<IStore> CreateStoreAsync() => Task.FromResult<IStore>(new LedgerStore(new MemoryLedgerLog(), Time));
}
