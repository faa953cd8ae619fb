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
        Assert.Single(await Store.ClaimAsync(Some.Claim(worker, node: worker), Token));

    protected async Task<TrialStatus> TrialAsync(int number) =>
        Assert.Single(await Store.FindTrialsAsync(Some.Trial(number).Fingerprint, SweepName, 10, Token));

    /// <summary>The head's, in which its nodes' steps are carried out.</summary>
    protected virtual LedgerStore Ledgers => (LedgerStore)Store;

    /// <summary>What a running trial's owner asks of it.</summary>
    protected Task<Directive> AskedAsync(AttemptKey attempt) =>
        Ledgers.StepAsync(turn => turn.Ledger.Asked(turn.Ledger.FenceOf(attempt)));

    /// <summary>Loses a node, as when it was not heard for its lease.</summary>
    /// <returns>The attempts that were ended.</returns>
    protected Task<IReadOnlyList<AttemptKey>> LoseAsync(string node) => Ledgers.StepAsync<IReadOnlyList<AttemptKey>>(
        turn => [.. turn.Ledger.Lose(node, turn.Now).Select(turn.Ledger.KeyOf)]);

    /// <summary>Hears a node.</summary>
    protected Task BeatAsync(NodeInfo node) => Ledgers.StepAsync(turn =>
    {
        turn.Ledger.Beat(node, Some.Lease, turn.Now);
        return true;
    });

    protected Task<QueryResult> QueryAsync(string sql) => Store.QueryAsync(sql, null, TimeSpan.FromSeconds(30), Token);

    protected Task<bool> FinishAsync(Claim claim, AttemptEnd end) => Store.FinishAsync(claim.Attempt, end, Token);

    protected Task<bool> FinishAsync(Claim claim, AttemptOutcome outcome) => FinishAsync(claim, new AttemptEnd(outcome));

    protected async Task SucceedAsync(Claim claim)
    {
        Assert.Empty(await Store.AppendAsync(Some.Epochs(claim.Attempt, [.. Enumerable.Range(1, claim.Epochs)]), Token));
        Assert.True(await FinishAsync(claim, Some.Success()));
    }
}
