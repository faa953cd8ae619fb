using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>What is reported of a search's metric is told without reading the log.</summary>
public sealed class ReportedValuesTests
{
    private static readonly Dictionary<long, int> _never = [];
    private static readonly MetricCurve _metric = MetricList.Find("train_elbo")!.Curve!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_followed_sweep_tells_what_was_reported_since_it_was_asked_last()
    {
        await using var store = new LedgerStore(new MemoryLedgerLog(), new ManualTime());
        await store.SubmitAsync(Some.Sweep() with { Budget = 1 }, Some.Trials(2), Token);
        var claims = await store.ClaimAsync(Some.Claim(maxTrials: 2), Token);
        await store.AppendAsync(Some.Epochs(claims[0].Attempt, 1), Token);
        var sweep = Assert.Single(await store.SearchesAsync(_never, new Dictionary<long, MetricCurve>(), Token)).Sweep.Key;
        var followed = new Dictionary<long, MetricCurve> { [sweep] = _metric };
        Assert.Empty(await ReportedAsync());

        await store.AppendAsync(Some.Epochs(claims[0].Attempt, 2), Token);
        await store.AppendAsync(Some.Epochs(claims[1].Attempt, 1), Token);
        var reported = await ReportedAsync();
        // Known already: nothing is stored, and nothing told.
        await store.AppendAsync(Some.Epochs(claims[1].Attempt, 1), Token);

        Assert.Equal(
            [
                (claims[0].Attempt.TrialKey, 2, _metric.Of(Some.Report(2))),
                (claims[1].Attempt.TrialKey, 1, _metric.Of(Some.Report(1))),
            ],
            reported.Select(one => (one.Trial, one.Epoch, one.Value)));
        Assert.Empty(await ReportedAsync());

        async Task<IReadOnlyList<ReportedValue>> ReportedAsync() =>
            Assert.Single(await store.SearchesAsync(_never, followed, Token)).Reported;
    }

    [Fact]
    public async Task What_nobody_follows_any_more_is_kept_by_nobody()
    {
        await using var store = new LedgerStore(new MemoryLedgerLog(), new ManualTime());
        await store.SubmitAsync(Some.Sweep() with { Budget = 1 }, Some.Trials(1), Token);
        var claim = Assert.Single(await store.ClaimAsync(Some.Claim(), Token));
        var none = new Dictionary<long, MetricCurve>();
        var first = Assert.Single(await store.SearchesAsync(_never, none, Token));
        var followed = new Dictionary<long, MetricCurve> { [first.Sweep.Key] = _metric };
        await store.SearchesAsync(_never, followed, Token);
        await store.AppendAsync(Some.Epochs(claim.Attempt, 1), Token);

        await store.SearchesAsync(new Dictionary<long, int> { [first.Sweep.Key] = first.Stand }, none, Token);

        Assert.Empty(Assert.Single(await store.SearchesAsync(_never, followed, Token)).Reported);
    }

    [Fact]
    public async Task A_sweep_that_stands_as_it_did_keeps_what_it_has_to_tell_for_later()
    {
        await using var store = new LedgerStore(new MemoryLedgerLog(), new ManualTime());
        await store.SubmitAsync(Some.Sweep() with { Budget = 1 }, Some.Trials(1), Token);
        var claim = Assert.Single(await store.ClaimAsync(Some.Claim(), Token));
        var first = Assert.Single(await store.SearchesAsync(_never, new Dictionary<long, MetricCurve>(), Token));
        var followed = new Dictionary<long, MetricCurve> { [first.Sweep.Key] = _metric };
        await store.SearchesAsync(_never, followed, Token);
        await store.AppendAsync(Some.Epochs(claim.Attempt, 1), Token);
        var stands = new Dictionary<long, int> { [first.Sweep.Key] = first.Stand };

        Assert.Equal((null, 0), Assert.Single(await store.SearchesAsync(stands, followed, Token)) is var same
            ? (same.Trials, same.Reported.Count) : default);
        Assert.Single(Assert.Single(await store.SearchesAsync(_never, followed, Token)).Reported);
    }
}
