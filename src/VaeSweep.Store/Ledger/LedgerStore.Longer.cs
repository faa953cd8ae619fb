using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Trials that go on from others which have fewer epochs.</content>
public sealed partial class LedgerStore
{
    /// <summary>Looks for what was trained already of trials that a sweep has not.</summary>
    private async Task<List<(Trial Trial, Beginning Beginning)>> BeginningsAsync(
        SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken)
    {
        var lengths = await DoAsync(
            (ledger, _) => ledger.Lengths(sweep.Name, point => ConfigOf(ledger, point, seed: 0)), cancellationToken);
        var (found, met) = (new List<(Trial, Beginning)>(), new HashSet<string>(StringComparer.Ordinal));
        if (lengths.Count == 0)
            return found;
        foreach (var some in Ahead.Of(trials, cancellationToken).Where(one => one.Epochs > lengths[0]).Chunk(ComparedTogether))
        {
            var lacking = await DoAsync((ledger, _) => ledger.Lacking(sweep.Name, some), cancellationToken);
            List<(Trial Trial, IReadOnlyList<ShorterTrial> Shorter)> compared =
                [.. lacking.Where(trial => met.Add(trial.Fingerprint)).Select(trial => (trial, ShorterThan(trial, lengths)))];
            found.AddRange(await DoAsync(
                (ledger, _) => compared.ConvertAll(one => (one.Trial, ledger.BeginningOf(sweep, one.Trial, one.Shorter)))
                    .Where(one => one.Item2 is not null).Select(one => (one.Trial, one.Item2!)).ToList(),
                cancellationToken));
        }

        return found;
    }

    /// <summary>Points of a search that has more epochs now: they stay its points.</summary>
    private async Task<IReadOnlyList<Trial>> LongerPointsAsync(
        SweepSubmission sweep, SearchedSpace? space, CancellationToken cancellationToken)
    {
        if (space is null || sweep.Budget is not null)
            return [];
        var had = await DoAsync(
            (ledger, _) => ledger.TrialsOf(sweep.Name).Where(one => one is { Wanted: true, Round: 0 } && space.HasSeed(one.Seed))
                .Select(one => (one.Index, Config: ConfigOf(ledger, one.Point, one.Seed))).ToList(),
            cancellationToken);
        return [.. had.Select(one => space.Longer(one.Config, one.Index)).OfType<Trial>()];
    }

    private static IReadOnlyList<ShorterTrial> ShorterThan(Trial trial, IReadOnlyList<int> lengths)
    {
        // What is no configuration of this program begins as no other.
        if (TrialConfigJson.TryParse(trial.ConfigJson) is not { } config)
            return [];
        return
        [
            .. lengths.Select(length => config.Train.Epochs - (trial.Epochs - length))
                .Where(epochs => epochs > 0 && epochs < config.Train.Epochs)
                .Select(epochs => new ShorterTrial(
                    TrialFingerprint.Of(TrialConfigJson.ToTrial(config with { Train = config.Train with { Epochs = epochs } })),
                    TrialPhases.WhyAnew(config, epochs))),
        ];
    }

    /// <summary>Adds those that go on; a commit holds all that it copies. Broken off, some of them are there, and the next submit
    /// keeps them.</summary>
    private async Task<int> LengthenAsync(
        string sweep, IReadOnlyList<(Trial Trial, Beginning Beginning)> found, CancellationToken cancellationToken)
    {
        var added = 0;
        foreach (var part in found.Where(one => one.Beginning.Why is null).Chunk(ReusedTogether))
        {
            added += await DoAsync(
                (ledger, _) => ledger.Lengthen(
                    sweep, [.. part.Select(one => (one.Trial, one.Beginning.From))], ResultsOf),
                cancellationToken);
        }

        return added;
    }

    private static IReadOnlyList<TrainedBefore> Tally(IEnumerable<(Trial Trial, Beginning Beginning)> found) =>
    [
        .. found.GroupBy(one => one.Beginning with { From = 0 })
            .Select(one => new TrainedBefore(one.Key.Epochs, one.Key.Of, one.LongCount(), one.Key.Why))
            .OrderBy(one => one.Why is not null).ThenBy(one => one.Of).ThenBy(one => one.Epochs),
    ];
}
