using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>Commits that fail, before or after what they had to keep was kept.</summary>
public sealed class LedgerStoreFaultTests
{
    private readonly ManualTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_commit_that_failed_the_store_says_what_is_really_kept(bool keptAllTheSame)
    {
        using var log = new FailingLog();
        await using var store = new LedgerStore(log, _time);
        await store.SubmitAsync(Some.Sweep(), Some.Trials(2), Token);
        var claim = Assert.Single(await store.ClaimAsync(Some.Claim(token: "one"), Token));
        Assert.Equal([[0L]], (await CountEpochsAsync(store)).Rows);
        (log.Fails, log.Keeps) = (true, keptAllTheSame);

        var failure = await Assert.ThrowsAsync<StoreException>(() => store.AppendAsync(Some.Epochs(claim.Attempt, 1), Token));
        log.Fails = false;

        Assert.Contains("no space left", failure.Message, StringComparison.Ordinal);
        var trial = (await store.FindTrialsAsync("", "s", 1, Token))[0];
        Assert.Equal((keptAllTheSame ? 1 : 0, TrialState.Running), (trial.EpochsDone, trial.State));
        Assert.Equal([[keptAllTheSame ? 1L : 0L]], (await CountEpochsAsync(store)).Rows);
        Assert.Empty(await store.AppendAsync(Some.Epochs(claim.Attempt, 1, 2), Token));
        Assert.True(await store.FinishAsync(claim.Attempt, Some.Success(), Token));
        Assert.Equal(2, (await store.FindTrialsAsync("", "s", 1, Token))[0].EpochsDone);
    }

    [Fact]
    public async Task A_claim_whose_commit_failed_is_nobodys()
    {
        using var log = new FailingLog();
        await using var store = new LedgerStore(log, _time);
        await store.SubmitAsync(Some.Sweep(), Some.Trials(1), Token);
        log.Fails = true;
        await Assert.ThrowsAsync<StoreException>(() => store.ClaimAsync(Some.Claim("a"), Token));
        await Assert.ThrowsAsync<StoreException>(() => store.SetSettingAsync("x", "y", Token));
        log.Fails = false;

        var claim = Assert.Single(await store.ClaimAsync(Some.Claim("b"), Token));

        Assert.Equal((1, null), (claim.Attempt.Attempt, await store.GetSettingAsync("x", Token)));
    }

    [Fact]
    public async Task Calls_that_wait_for_the_same_commit_are_kept_together_and_see_each_other()
    {
        using var log = new FailingLog();
        await using var store = new LedgerStore(log, _time, writer: new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
        using var gate = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var first = store.DoAsync(
            (_, _) =>
            {
                begun.Set();
                return gate.Wait(TimeSpan.FromMinutes(1), Token);
            },
            Token);
        begun.Wait(Token);
        var submit = store.SubmitAsync(Some.Sweep(), Some.Trials(50), Token);
        var claim = store.ClaimAsync(Some.Claim(maxTrials: 2), Token);
        var wrong = store.AppendAsync(Some.Epochs(new AttemptKey(1, 1), 99), Token);
        var right = store.AppendAsync(Some.Epochs(new AttemptKey(2, 1), 1), Token);
        gate.Set();
        await first;

        Assert.Equal(50, (await submit).Added);
        Assert.Equal(Some.Trials(2).Select(trial => trial.ConfigJson), (await claim).Select(one => one.ConfigJson));
        await Assert.ThrowsAsync<InvalidOperationException>(() => wrong);
        Assert.Empty(await right);
        Assert.Equal(2, log.Commits);
    }

    [Fact]
    public async Task A_store_that_is_opened_again_goes_on_where_it_was_with_another_term()
    {
        var log = new MemoryLedgerLog();
        var (first, second) = (new LedgerStore(log, _time), new LedgerStore(log, _time));
        await first.SubmitAsync(Some.Sweep(), Some.Trials(2), Token);
        var claim = Assert.Single(await first.ClaimAsync(Some.Claim(), Token));
        var (identity, term) = await first.DoAsync((ledger, _) => (ledger.Identity, ledger.Term), Token);
        await first.DisposeAsync();

        Assert.Empty(await second.AppendAsync(Some.Epochs(claim.Attempt, 1), Token));
        Assert.Equal((identity, term + 1), await second.DoAsync((ledger, _) => (ledger.Identity, ledger.Term), Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => first.ListSweepsAsync(Token));
        await second.DisposeAsync();
    }

    private static Task<QueryResult> CountEpochsAsync(LedgerStore store) =>
        store.QueryAsync("SELECT count(*) FROM epochs", null, TimeSpan.FromSeconds(30), Token);

    private sealed class FailingLog : ILedgerLog
    {
        private readonly MemoryLedgerLog _log = new();

        public bool Fails { get; set; }

        /// <summary>What a failing commit was to keep is kept.</summary>
        public bool Keeps { get; set; }

        public int Commits { get; private set; }

        public string Location => "failing";

        public StoreIdentity Identity => _log.Identity;

        public IEnumerable<Change> Load() => _log.Load();

        public void Commit(IReadOnlyList<Change> changes)
        {
            Commits++;
            if (!Fails || Keeps)
                _log.Commit(changes);
            if (Fails)
                throw new IOException("no space left");
        }

        public PointDocument? Point(long key) => _log.Point(key);

        public IEnumerable<PointDocument> Points(long first, long last) => _log.Points(first, last);

        public void Scores(IReadOnlyList<Metric> metrics, ScoreSink found) => _log.Scores(metrics, found);

        public IEnumerable<StoredReport> Reports(long first, long last) => _log.Reports(first, last);

        public IEnumerable<EventDocument> Events(long first, long last) => _log.Events(first, last);

        public IEnumerable<EvaluationDocument> Evaluations(long first, long last) => _log.Evaluations(first, last);

        public void Dispose() => _log.Dispose();
    }
}
