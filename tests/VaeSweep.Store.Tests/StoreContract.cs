using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

/// <summary>What every store must do. A store's own test class derives from this and says how to make one.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    protected const string SweepName = "s";

    /// <summary>The store's clock.</summary>
    protected abstract ManualTime Time { get; }

    /// <summary>An empty store.</summary>
    protected abstract Task<IStore> CreateStoreAsync();

    protected IStore Store { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Store = await CreateStoreAsync();
        await Store.MigrateAsync(Token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task<SubmitResult> SubmitAsync(params IEnumerable<Trial> trials) => Store.SubmitAsync(Some.Sweep(), trials, Token);

    protected async Task<Claim> ClaimOneAsync(string worker = "w") =>
        Assert.Single(await Store.ClaimAsync(Some.Claim(worker), Token));

    protected async Task<TrialStatus> TrialAsync(int number) =>
        Assert.Single(await Store.FindTrialsAsync(Some.Trial(number).Fingerprint, SweepName, 10, Token));

    protected async Task<Directive> RenewAsync(Claim claim) =>
        Assert.Single(await Store.RenewAsync([claim.Attempt], Some.Lease, Token));

    protected Task<QueryResult> QueryAsync(string sql) => Store.QueryAsync(sql, null, TimeSpan.FromSeconds(30), Token);

    protected Task<bool> FinishAsync(Claim claim, AttemptEnd end) => Store.FinishAsync(claim.Attempt, end, Token);

    protected Task<bool> FinishAsync(Claim claim, AttemptOutcome outcome) => FinishAsync(claim, new AttemptEnd(outcome));

    protected async Task SucceedAsync(Claim claim)
    {
        Assert.Empty(await Store.AppendAsync(Some.Epochs(claim.Attempt, [.. Enumerable.Range(1, claim.Epochs)]), Token));
        Assert.True(await FinishAsync(claim, Some.Success()));
    }
}
