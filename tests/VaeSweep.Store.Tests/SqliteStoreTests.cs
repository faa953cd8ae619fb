namespace VaeSweep.Store.Tests;

/// <summary>The contract, kept by SQLite.</summary>
public sealed class SqliteStoreTests : StoreContract
{
    private readonly TemporaryFolder _folder = new();

    protected override ManualTime Time { get; } = new();

    protected override Task<IStore> CreateStoreAsync() => Task.FromResult(StoreFactory.Open(_folder.File("store.db"), Time));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
