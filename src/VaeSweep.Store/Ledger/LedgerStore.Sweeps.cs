using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Sweeps and their owners' wishes.</content>
public sealed partial class LedgerStore
{
    public async Task<SubmitResult> SubmitAsync(
        SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sweep.MaxAttempts, 1);
        var space = SpaceOf(sweep);
        // A sweep of which nothing is trained is submitted in one step.
        if (await DoAsync(
            (ledger, now) => ledger.HasTrained(sweep.Name) ? null : Submit(ledger, now), cancellationToken) is { } whole)
        {
            return whole;
        }

        trials = trials.Concat(await LongerPointsAsync(sweep, space, cancellationToken));
        var found = await BeginningsAsync(sweep, trials, cancellationToken);
        var longer = await LengthenAsync(sweep.Name, found, cancellationToken);
        var result = await DoAsync(Submit, cancellationToken);
        // They were not there when it began.
        return result with { Added = result.Added + longer, Kept = result.Kept - longer, TrainedBefore = Tally(found) };

        SubmitResult Submit(Ledger ledger, DateTimeOffset now) => Told(
            ledger, ledger.Submit(sweep, Ahead.Of(trials, cancellationToken), now, Outside(ledger, space)));
    }

    public async Task<SubmitResult> PlanAsync(
        SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken)
    {
        var space = SpaceOf(sweep);
        trials = trials.Concat(await LongerPointsAsync(sweep, space, cancellationToken));
        var found = await BeginningsAsync(sweep, trials, cancellationToken);
        var lengthened = found.Where(one => one.Beginning.Why is null).Select(one => one.Beginning.From).ToHashSet();
        var result = await DoAsync(
            (ledger, _) => Told(
                ledger, ledger.Plan(sweep, Ahead.Of(trials, cancellationToken), Outside(ledger, space), lengthened)),
            cancellationToken);
        return result with { TrainedBefore = Tally(found) };
    }

    public Task<IReadOnlyList<SweepStatus>> ListSweepsAsync(CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Sweeps(), cancellationToken);

    public Task<SweepStatus?> GetSweepAsync(string name, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Sweep(name), cancellationToken);

    public Task<bool> SetSweepStateAsync(string name, SweepState state, CancellationToken cancellationToken) =>
        DoAsync((ledger, now) => ledger.SetState(name, state, now), cancellationToken);

    public Task<bool> AdjustSweepAsync(string name, SweepAdjustment change, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Adjust(name, change), cancellationToken);

    public Task<bool> StopTrialAsync(long trialKey, CancellationToken cancellationToken) =>
        DoAsync((ledger, now) => ledger.Stop(trialKey, now), cancellationToken);

    public Task<int> RetryAsync(string sweep, FailureClass? failureClass, long? trialKey, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Retry(sweep, failureClass, trialKey), cancellationToken);

    private static SearchedSpace? SpaceOf(SweepSubmission sweep) =>
        sweep.InTheEnd is null ? null : SearchedSpace.Of(sweep.Definition);

    private Func<TrialDocument, bool>? Outside(Ledger ledger, SearchedSpace? space) =>
        space is null ? null : OutsideOf(ledger, space);

    private Func<TrialDocument, bool> OutsideOf(Ledger ledger, SearchedSpace space)
    {
        var points = new Dictionary<long, bool>();
        return one => !space.HasSeed(one.Seed) || !Has(one.Point);

        bool Has(long point)
        {
            if (!points.TryGetValue(point, out var has))
                points[point] = has = space.HasPoint(ConfigOf(ledger, point, seed: 0));
            return has;
        }
    }

    private SubmitResult Told(Ledger ledger, SubmitResult result) =>
        result with { UnwantedSample = Told(ledger, result.UnwantedSample) };

    /// <summary>Trials with their configurations, which the Ledger has not.</summary>
    private IReadOnlyList<TrialStatus> Told(Ledger ledger, IReadOnlyList<TrialStatus> trials) =>
    [
        .. trials.Select(trial => trial with { ConfigJson = ConfigOf(ledger, ledger.Trial(trial.Key)!.Point, trial.Seed) }),
    ];
}
