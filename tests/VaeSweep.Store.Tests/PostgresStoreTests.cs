using VaeSweep.Store.Postgres;

namespace VaeSweep.Store.Tests;

/// <summary>The contract, kept by PostgreSQL.</summary>
public sealed class PostgresStoreTests(PostgresServer server) : StoreContract
{
    protected override ManualTime Time { get; } = new();

    protected override async Task<IStore> CreateStoreAsync() => new PostgresStore(await server.CreateDatabaseAsync(Token), new StoreOptions(), Time);
}
