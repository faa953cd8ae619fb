namespace VaeSweep.Store;

/// <summary>How parts of a mirror that are not there yet are filled: in slices, each of which is read at once.</summary>
internal sealed class MirrorFilling
{
    private const int EpochsAtOnce = 2000;
    private const int TrialsAtOnce = 500;
    private const int PointsAtOnce = 1000;
    private const int ChangesAtOnce = 10_000;

    private MirrorFilling(IEnumerable<Change[]> held, IEnumerable<Func<ILedgerLog, IEnumerable<Change>>> slices) =>
        (Held, Slices) = (held, slices);

    /// <summary>What the Ledger held at the moment of the plan: to be written before anything that is heard after it, which may
    /// tell of the same.</summary>
    public IEnumerable<Change[]> Held { get; }

    /// <summary>Each gives the changes that would make a piece of the mirror; to be read on the store's writer, in this
    /// order.</summary>
    public IEnumerable<Func<ILedgerLog, IEnumerable<Change>>> Slices { get; }

    /// <summary>Plans; on the store's writer.</summary>
    public static MirrorFilling Of(Ledger ledger, MirrorParts missing)
    {
        if (missing == MirrorParts.None)
            return new MirrorFilling([], []);
        var (held, trials) = (new List<Change>(), new List<(long Key, int Epochs)>());
        var points = new HashSet<long>();
        foreach (var change in ledger.Documents())
        {
            if (LedgerMirror.IsOf(change, missing))
                held.Add(change);
            if (change is TrialPut { Document: var trial })
            {
                trials.Add((trial.Key, trial.EpochsDone));
                points.Add(trial.Point);
            }
        }

        return new MirrorFilling(held.Chunk(ChangesAtOnce), Planned(trials, points, missing));
    }

    private static IEnumerable<Func<ILedgerLog, IEnumerable<Change>>> Planned(
        List<(long Key, int Epochs)> trials, HashSet<long> points, MirrorParts missing)
    {
        if (missing.HasFlag(MirrorParts.Points))
        {
            var told = new HashSet<long>();
            foreach (var (first, last) in Ranges([.. points.Order().Select(key => (key, 1))], PointsAtOnce))
                yield return log => PointsOf(log, first, last, points, told);
        }

        if (missing.HasFlag(MirrorParts.Epochs))
        {
            foreach (var (first, last) in Ranges(trials, EpochsAtOnce))
            {
                yield return log => log.Reports(first, last)
                    .Select(one => new ReportsAppended(one.Trial, one.Attempt, [one.Report]));
            }
        }

        foreach (var (first, last) in Ranges([.. trials.Select(trial => (trial.Key, 1))], TrialsAtOnce))
        {
            if (missing.HasFlag(MirrorParts.Events))
                yield return log => log.Events(first, last).Select(one => new EventPut(one));
            if (missing.HasFlag(MirrorParts.Evaluations))
                yield return log => log.Evaluations(first, last).Select(one => new EvaluationPut(one));
        }
    }

    /// <summary>Configurations that trials name. Each comes after the one that it is told against.</summary>
    /// <param name="told">Those that came before.</param>
    private static IEnumerable<Change> PointsOf(ILedgerLog log, long first, long last, HashSet<long> named, HashSet<long> told)
    {
        foreach (var point in log.Points(first, last))
        {
            if (!named.Contains(point.Key))
                continue;
            if (point.Base != point.Key && told.Add(point.Base) && log.Point(point.Base) is { } against)
                yield return new PointPut(against);
            if (told.Add(point.Key))
                yield return new PointPut(point);
        }
    }

    /// <summary>Keys in a row that together weigh about so much, each at least 1.</summary>
    private static IEnumerable<(long First, long Last)> Ranges(IReadOnlyList<(long Key, int Weight)> keys, int most)
    {
        var (first, weight) = (0, 0L);
        for (var i = 0; i < keys.Count; i++)
        {
            weight += Math.Max(1, keys[i].Weight);
            if (weight < most && i < keys.Count - 1)
                continue;
            yield return (keys[first].Key, keys[i].Key);
            (first, weight) = (i + 1, 0);
        }
    }
}
