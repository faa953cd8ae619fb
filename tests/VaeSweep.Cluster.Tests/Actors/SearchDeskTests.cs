using VaeSweep.Cluster.Actors;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>What a head reads of a search whose nine points come to the first of its rungs, where three may go on.</summary>
public sealed class SearchDeskTests : IAsyncDisposable
{
    private const int Points = 9;
    private const int Share = 3;

    private readonly GatedLog _log = new();
    private readonly SaidLog _said = new();
    private readonly LedgerStore _store;
    private readonly SweepDefinition _sweep = SweepFile.Parse($$"""
        name: s
        dataset: { name: mnist, valid: 100 }
        train: { epochs: 9 }
        method: random
        trials: {{Points}}
        parameters: { train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] } }
        scheduler: { asha: { min_epochs: 1, reduction: {{Share}} } }
        """);

    public SearchDeskTests() => _store = new LedgerStore(_log, new FakeTimeProvider());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task What_it_has_heard_it_does_not_read()
    {
        var desk = await BegunAsync();

        await TrainAsync(Points);
        await desk.LookAsync(all: true, Token);

        Assert.Equal(Share, (await TrialsAsync()).Count(one => one.Budget > 1));
        Assert.Equal(0, _log.Readings);
    }

    [Fact]
    public async Task A_head_that_is_started_anew_counts_those_that_are_under_way_where_they_have_been()
    {
        var desk = await BegunAsync();
        await TrainAsync(Points);
        await desk.LookAsync(all: true, Token);
        var gone = await ClaimAsync(Share);

        await Desk().LookAsync(all: true, Token);

        Assert.Equal(Share, gone.Count);
        Assert.Equal(Share, (await TrialsAsync()).Count(one => one.Budget > 1));
        Assert.NotEqual(0, _log.Readings);
    }

    private SearchDesk Desk() => new(_store, _said.CreateLogger("search"));

    /// <summary>A desk that knows the sweep, and a node with a device for each point.</summary>
    private async Task<SearchDesk> BegunAsync()
    {
        var node = new NodeInfo("n", "host", [.. Enumerable.Range(0, Points).Select(i => $"cpu:{i}")], "1", null);
        await _store.DoAsync((ledger, now) => ledger.Join(node, 1, TimeSpan.FromHours(1), now), Token);
        await _store.SubmitAsync(
            new SweepSubmission(_sweep.Name, _sweep.Text) { Budget = _sweep.Scheduler!.FirstBudget }, _sweep.Expand(), Token);
        var desk = Desk();
        await desk.LookAsync(all: true, Token);
        await desk.LookAsync(all: true, Token);
        return desk;
    }

    private Task<IReadOnlyList<Claim>> ClaimAsync(int most) =>
        _store.ClaimAsync(new ClaimRequest("w", "cpu:0", Guid.NewGuid().ToString("N"), most), Token);

    /// <summary>Has trials trained for one epoch more.</summary>
    private async Task TrainAsync(int most)
    {
        while (await ClaimAsync(most) is { Count: > 0 } claims)
        {
            foreach (var claim in claims)
            {
                var epoch = Math.Max(claim.CheckpointEpoch, 0) + 1;
                var report = new EpochReport { Epoch = epoch, ValidElbo = -claim.Attempt.TrialKey };
                await _store.AppendAsync(
                    new ReportBatch(
                        [new AttemptEpoch(claim.Attempt, report)],
                        [new AttemptCheckpoint(claim.Attempt, epoch, $"c{claim.Attempt.TrialKey}-{epoch}", Best: false)]),
                    Token);
                await _store.FinishAsync(claim.Attempt, new AttemptEnd(AttemptOutcome.Released), Token);
            }
        }
    }

    private Task<TrialDocument[]> TrialsAsync() => _store.DoAsync((ledger, _) => ledger.TrialsOf(_sweep.Name), Token);
}
