namespace VaeSweep.Store.Tests.LiteDb;

/// <summary>The contract, kept by the Ledger over LiteDB.</summary>
public sealed class LiteDbStoreTests : StoreContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaesweep-litedb-");

    protected override ManualTime Time { get; } = new();

    protected override Task<IStore> CreateStoreAsync() =>
        Task.FromResult<IStore>(StoreFactory.Open(Path.Combine(_folder.FullName, "store.db"), Time));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
