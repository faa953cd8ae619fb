using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>Estimates a sweep from what the store has timed so far.</summary>
internal static class PlanHistory
{
    private const int RecentTrials = 200;

    /// <param name="store">Null where there is none yet.</param>
    /// <param name="devices">What would train: cpu:0, cpu:1 or cuda:0, ...</param>
    public static async Task<PlanEstimate> EstimateAsync(
        SweepDefinition definition, SubmitResult plan, IStore? store, IReadOnlyList<string> devices, CliHost host,
        CancellationToken cancellationToken)
    {
        var kind = devices[0].Split(':')[0];
        var history = store is null ? [] : await HistoryAsync(store, kind, cancellationToken);
        var trials = definition.Expand(cancellationToken);
        var taken = plan.Reused.Taken.Sum(one => one.Trials);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sweep in plan.Reused.Taken.Select(one => one.Sweep).Append(definition.Name).Distinct(StringComparer.Ordinal))
        {
            if (taken + plan.Succeeded > 0)
                await AddSucceededAsync(store!, sweep, done, cancellationToken);
        }

        double? assumed = kind == "cpu" ? PlanEstimate.AssumedCpuRate : null;
        trials = PassingBy.Say(trials, host, "estimating time and size", plan.Added + plan.Kept, cancellationToken);
        var left = plan.Added + plan.Kept + plan.ToCome + plan.ToConfirm - plan.Succeeded - taken;
        // What a scheduler has ended is kept and not trained on.
        if (definition.Scheduler is not null && store is not null
            && await store.GetSweepAsync(definition.Name, cancellationToken) is { } known)
        {
            left = Math.Max(plan.Added + plan.ToCome + plan.ToConfirm - taken, left - known.Count(TrialState.Stopped));
        }

        // Trials that are to come cost what the first ones do, even where those are done.
        if (done.Count > 0)
        {
            trials = (plan.ToCome > 0 ? trials : trials.Where(t => !done.Contains(t.Fingerprint)))
                .Take((int)Math.Min(left, int.MaxValue));
        }

        if (plan.TrainedBefore.Any(one => one.Why is null))
            trials = Left(trials, plan.TrainedBefore);
        return PlanEstimate.Of(trials, left, devices.Count, history, assumed);
    }

    /// <summary>Trials with the epochs that they have left: of those that are equally long, each with the mean.</summary>
    private static IEnumerable<Trial> Left(IEnumerable<Trial> trials, IReadOnlyList<TrainedBefore> before)
    {
        var counts = trials.CountBy(one => one.Epochs).ToDictionary();
        var had = before.Where(one => one.Why is null).GroupBy(one => one.Of)
            .ToDictionary(one => one.Key, one => one.Sum(some => some.Epochs * some.Trials));
        return trials.Select(one => one with
        {
            Epochs = one.Epochs - (int)(had.GetValueOrDefault(one.Epochs) / Math.Max(1, counts[one.Epochs])),
        });
    }

    private static async Task<IReadOnlyList<KnownRate>> HistoryAsync(
        IStore store, string kind, CancellationToken cancellationToken)
    {
        var which = new TrialFilter { State = TrialState.Succeeded, DeviceKind = kind, LastFinishedFirst = true,
            Limit = RecentTrials };
        return await store.Results.TrialsAsync(which, TrialParts.Progress | TrialParts.Configuration, cancellationToken)
            .Where(t => t is { EpochsDone: > 0, Seconds: > 0 })
            .Select(t => new KnownRate(t.Config, t.Seconds / t.EpochsDone))
            .ToListAsync(cancellationToken);
    }

    private static async Task AddSucceededAsync(
        IStore store, string sweep, HashSet<string> done, CancellationToken cancellationToken)
    {
        var which = TrialFilter.AllOf(sweep) with { State = TrialState.Succeeded };
        await foreach (var trial in store.Results.TrialsAsync(which, TrialParts.Fingerprint, cancellationToken))
            done.Add(trial.Fingerprint);
    }
}
