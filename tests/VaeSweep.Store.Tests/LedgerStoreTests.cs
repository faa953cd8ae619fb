namespace VaeSweep.Store.Tests;

/// <summary>The contract, kept by the Ledger in memory.</summary>
public sealed class LedgerStoreTests : StoreContract
{
    private const string Succeeded = "SELECT count(*) FROM trials WHERE state = 'succeeded'";

    protected override ManualTime Time { get; } = new();

    [Fact]
    public async Task What_ends_while_the_views_are_filled_has_ended_in_them()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var store = new LedgerStore(new MemoryLedgerLog(), Time);
            await store.MigrateAsync(Token);
            await store.SubmitAsync(Some.Sweep(), Some.Trials(1), Token);
            var claimed = Assert.Single(await store.ClaimAsync(Some.Claim(), Token));
            await store.AppendAsync(Some.Epochs(claimed.Attempt, 1, 2), Token);

            // The question comes to the writer first, and its views are filled after what comes next.
            var first = store.QueryAsync(Succeeded, null, TimeSpan.FromMinutes(1), Token);
            Assert.True(await store.FinishAsync(claimed.Attempt, Some.Success(), Token));
            await first;

            Assert.Equal(1L, (await store.QueryAsync(Succeeded, null, TimeSpan.FromMinutes(1), Token)).Rows[0][0]);
        }
    }

    protected override Task<IStore> CreateStoreAsync() => Task.FromResult<IStore>(new LedgerStore(new MemoryLedgerLog(), Time));
}
