using Microsoft.Extensions.Logging;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Search;

namespace VaeSweep.Cluster.Actors;

/// <summary>Goes on with every search of a store: reads what its trials have become, and hands in what comes next. What it
/// remembers is all in the store, too.</summary>
internal sealed class SearchDesk(LedgerStore store, ILogger logger)
{
    /// <summary>Nodes wait for as long as one commit takes, and the end of a large search moves all of its trials.</summary>
    private const int MovesTogether = 1_000;

    // Null of a definition that has nothing to decide, or cannot be read.
    private readonly Dictionary<long, (string Text, Search? Search)> _searches = [];

    // How sweeps stood when they were looked at last.
    private readonly Dictionary<long, int> _stands = [];

    /// <summary>Looks once at every search. For one caller at a time.</summary>
    /// <param name="all">At those that stand as before, too: devices may have come.</param>
    public async Task LookAsync(bool all, CancellationToken cancellationToken)
    {
        if (all)
            _stands.Clear();
        var followed = _searches.Where(one => one.Value.Search is not null)
            .ToDictionary(one => one.Key, one => one.Value.Search!.Metric);
        var searches = await store.SearchesAsync(_stands, followed, cancellationToken);
        if (searches.Count == 0)
        {
            _searches.Clear();
            return;
        }

        if (searches.All(one => one.Trials is null))
            return;
        var nodes = await store.ListNodesAsync(cancellationToken);
        List<string> devices = [.. nodes.Where(one => one.Alive).SelectMany(one => one.Info.Devices)];
        foreach (var (sweep, stand, trials, reported) in searches)
        {
            if (trials is not null && SearchOf(sweep) is { } search)
            {
                search.Hear(reported);
                await GoOnAsync(search, sweep, trials, devices, cancellationToken);
            }

            _stands[sweep.Key] = stand;
        }
    }

    private async Task GoOnAsync(
        Search search, SweepDocument sweep, TrialDocument[] trials, IReadOnlyList<string> devices,
        CancellationToken cancellationToken)
    {
        await LearnAsync(search, sweep.Name, trials, cancellationToken);
        // Each device trains a pack: so many points are under way together, and none of them has been learnt from.
        var room = Math.Max(1, devices.Sum(device => search.Definition.Pack ?? NodeOptions.UsualPackOf(device)));
        var step = search.Book.Next(
            [.. trials.Select(one => Ledger.Seen(one, search.CurveOf(one.Key)))],
            Math.Min(room, sweep.MaxConcurrent ?? room), sweep.ToCome);
        // Copies are made in one with the moves that they follow from.
        foreach (var moves in step.Moves.Chunk(step.Clones.Count > 0 ? int.MaxValue : MovesTogether))
            await store.ScheduleAsync(sweep.Name, sweep.Definition, moves, step.Clones, cancellationToken);
        if (step.Confirmation is { } confirmation)
            await ConfirmAsync(sweep, confirmation, cancellationToken);
        if (step.Proposed.Count == 0 && step.Retired.Count == 0 && step.ToCome == sweep.ToCome && !sweep.IsUnsettled)
            return;
        if (!await store.ProposeAsync(
            sweep.Name, sweep.Definition, step.Proposed, step.Retired, step.ToCome, step.Origin, cancellationToken))
        {
            return;
        }

        if (step.Proposed.Count > 0)
            Log.TrialsProposed(logger, sweep.Name, step.Proposed.Count, step.Origin, step.ToCome);
        if (step.Exhausted is { } reason)
            Log.SearchExhausted(logger, sweep.Name, reason);
    }

    private async Task ConfirmAsync(SweepDocument sweep, Confirmation step, CancellationToken cancellationToken)
    {
        if (step.Trials.Count == 0 && step.Retired.Count == 0 && step.ToCome == sweep.ToConfirm)
            return;
        List<long> points = [.. step.Trials.Select(one => one.Point).Distinct()];
        var texts = await store.ConfigsAsync(points, cancellationToken);
        var configs = points.Zip(texts).ToDictionary(one => one.First, one => TrialConfigJson.Parse(one.Second));
        List<(Trial, string)> trials =
        [
            .. step.Trials.Select(one =>
                (TrialConfigJson.ToTrial(configs[one.Point] with { Seed = one.Seed }, one.Index), one.Detail)),
        ];
        var isDone = await store.ConfirmAsync(
            sweep.Name, sweep.Definition, step.Round, trials, step.Retired, step.ToCome, cancellationToken);
        if (isDone && trials.Count > 0)
            Log.SearchConfirmed(logger, sweep.Name, points.Count, trials.Count, step.Round);
    }

    /// <summary>Reads configurations and values that are new.</summary>
    private async Task LearnAsync(Search search, string sweep, TrialDocument[] trials, CancellationToken cancellationToken)
    {
        List<long> points = [.. trials.Select(one => one.Point).Distinct().Where(one => !search.Book.Knows(one))];
        var configs = points.Count == 0 ? [] : await store.ConfigsAsync(points, cancellationToken);
        foreach (var (point, config) in points.Zip(configs))
            search.Book.Learn(point, config);
        // Of one that goes on, what it had before counts at the rungs that it has passed; what it has since comes in time.
        var unread = trials.Where(one => one is { Wanted: true, Round: 0 }
                && (one.State is TrialState.Queued or TrialState.Running ? Math.Min(one.CheckpointEpoch, one.EpochsDone)
                    : one.EpochsDone) > search.CurveOf(one.Key).Count)
            .ToDictionary(one => one.Fingerprint.Id, one => one.Key, StringComparer.Ordinal);
        if (unread.Count == 0)
            return;
        var which = new TrialFilter { Sweep = sweep, Ids = unread.Keys };
        var what = new CurveRequest([search.Definition.Search.Metric]);
        await foreach (var curve in store.Results.CurvesAsync(which, what, cancellationToken))
            search.Curves[unread[curve.Trial]] = Whole(curve);
    }

    private Search? SearchOf(SweepDocument sweep)
    {
        if (_searches.TryGetValue(sweep.Key, out var known) && known.Text == sweep.Definition)
            return known.Search;
        Search? search = null;
        try
        {
            var definition = SweepFile.Parse(sweep.Definition);
            search = definition.IsSearch ? new Search(definition) : null;
        }
        catch (SweepFileException unreadable)
        {
            Log.SearchUnreadable(logger, sweep.Name, unreadable.Message);
        }

        _searches[sweep.Key] = (sweep.Definition, search);
        return search;
    }

    /// <summary>From epoch 1; NaN where one is missing.</summary>
    private static List<double> Whole(TrialCurve curve)
    {
        List<double> whole = [.. Enumerable.Repeat(double.NaN, curve.Epochs.DefaultIfEmpty().Max())];
        foreach (var (epoch, value) in curve.Epochs.Zip(curve.Values[0]))
            whole[epoch - 1] = value;
        return whole;
    }

    private sealed class Search(SweepDefinition definition)
    {
        public SweepDefinition Definition { get; } = definition;

        public SearchBook Book { get; } = new(definition);

        public MetricCurve Metric { get; } = MetricList.Find(definition.Search.Metric)!.Curve!;

        /// <summary>What is known of trials, by key: all that those have which rest or are finished.</summary>
        public Dictionary<long, List<double>> Curves { get; } = [];

        public IReadOnlyList<double> CurveOf(long trial) => Curves.TryGetValue(trial, out var curve) ? curve : [];

        /// <summary>Takes what follows on what is known.</summary>
        public void Hear(IEnumerable<ReportedValue> reported)
        {
            foreach (var (trial, epoch, value) in reported)
            {
                if (epoch == 1 && !Curves.ContainsKey(trial))
                    Curves.Add(trial, []);
                if (Curves.TryGetValue(trial, out var curve) && curve.Count == epoch - 1)
                    curve.Add(value);
            }
        }
    }
}
