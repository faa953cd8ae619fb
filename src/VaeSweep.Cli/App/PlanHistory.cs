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
        if (plan.Succeeded > 0)
        {
            var done = await SucceededAsync(store!, definition.Name, cancellationToken);
            trials = trials.Where(t => !done.Contains(t.Fingerprint));
        }

        double? assumed = kind == "cpu" ? PlanEstimate.AssumedCpuRate : null;
        trials = PassingBy.Say(trials, host, "estimating time and size", plan.Added + plan.Kept, cancellationToken);
        return PlanEstimate.Of(trials, plan.Added + plan.Kept + plan.ToCome - plan.Succeeded, devices.Count, history, assumed);
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

    private static async Task<HashSet<string>> SucceededAsync(IStore store, string sweep, CancellationToken cancellationToken) =>
        await store.Results.TrialsAsync(
            TrialFilter.AllOf(sweep) with { State = TrialState.Succeeded }, TrialParts.Fingerprint, cancellationToken)
            .Select(t => t.Fingerprint)
            .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
}
