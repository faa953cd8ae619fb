using System.Globalization;
using LiteDB;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>What succeeded trials scored, gathered while they finish into blocks that are read column by column.</summary>
/// <remarks>
/// A succeeded trial never changes, so that its row is right for ever; a deleted one's row is nobody's, since keys are never
/// given out twice. A block is written when it is full and at an orderly end; what a killed process had not written is read trial
/// by trial when it is next asked for.
/// </remarks>
/// <param name="rows">Of a full block.</param>
internal sealed class ScoreColumns(int rows)
{
    private readonly HashSet<long> _covered = [];
    private readonly SortedSet<long> _loose = [];

    // Of trials that are not finished; without units and events.
    private readonly Dictionary<long, EpochReport> _last = [];
    private readonly Dictionary<(string Metric, int Samples), string> _names = [];
    private readonly MetricColumn[] _curves =
        [.. MetricList.Curves.Select(metric => new MetricColumn(metric.Name, metric.Curve!))];
    private ScoreRows _open = new();
    private long _block = 1;
    private bool _changed;

    /// <summary>Succeeded trials that are in no block.</summary>
    public IReadOnlyCollection<long> Loose => _loose;

    /// <summary>Takes a block that is stored; they come by key.</summary>
    public void Stored(BsonDocument block)
    {
        var stored = ColumnBlock.Of(block, _ => false);
        _covered.UnionWith(stored.Trials);
        var full = stored.Trials.Count >= rows;
        _block = full ? block["_id"].AsInt64 + 1 : block["_id"].AsInt64;
        _open = full ? new ScoreRows() : new ScoreRows(ColumnBlock.Of(block));
    }

    /// <summary>Takes a trial that is stored, after the blocks.</summary>
    public void Stored(TrialDocument trial)
    {
        if (trial.State == TrialState.Succeeded && !_covered.Contains(trial.Key))
            _loose.Add(trial.Key);
    }

    /// <summary>Takes what was committed.</summary>
    public void Hear(IReadOnlyList<Change> changes)
    {
        Dictionary<long, List<EvaluationDocument>>? scores = null;
        foreach (var change in changes)
        {
            switch (change)
            {
                case ReportsAppended { Reports: [.., var last] } appended:
                    if (!_last.TryGetValue(appended.Trial, out var known) || known.Epoch < last.Epoch)
                        _last[appended.Trial] = last with { Units = [], Events = [] };
                    break;
                case EvaluationPut { Document: var one }:
                    scores ??= [];
                    if (!scores.TryGetValue(one.Trial, out var its))
                        scores.Add(one.Trial, its = []);
                    its.Add(one);
                    break;
                case TrialDeleted deleted:
                    _loose.Remove(deleted.Key);
                    _last.Remove(deleted.Key);
                    break;
            }
        }

        foreach (var trial in changes.OfType<TrialPut>().Select(put => put.Document)
            .Where(one => TrialPolicy.IsFinished(one.State)))
        {
            _last.Remove(trial.Key, out var last);
            if (trial.State != TrialState.Succeeded || _covered.Contains(trial.Key))
                continue;
            if ((last?.Epoch ?? 0) == trial.EpochsDone)
                Add(trial.Key, scores?.GetValueOrDefault(trial.Key) ?? [], last);
            else
                _loose.Add(trial.Key);
        }
    }

    /// <summary>Adds a succeeded trial's row.</summary>
    public void Add(long trial, IEnumerable<EvaluationDocument> scores, EpochReport? last)
    {
        _loose.Remove(trial);
        if (!_covered.Add(trial))
            return;
        _open.Begin(trial);
        foreach (var (_, one) in TrialScores.Latest(scores))
            _open.Add(NameOf(one.Metric, one.Samples), one.Value);
        foreach (var curve in _curves)
        {
            if (last is not null && !double.IsNaN(curve.Curve.Of(last)))
                _open.Add(curve.Name, curve.Curve.Of(last));
        }

        _changed = true;
    }

    /// <summary>The block that is full now, and what was gathered of it at the end.</summary>
    /// <param name="end">Whether it need not be full.</param>
    /// <returns>Null when there is nothing to write.</returns>
    public BsonDocument? Take(bool end)
    {
        if (!_changed || (_open.Count < rows && !end))
            return null;
        var document = _open.ToBlock().ToDocument(_block);
        _changed = false;
        if (_open.Count >= rows)
            (_open, _block) = (new ScoreRows(), _block + 1);
        return document;
    }

    /// <summary>Tells what was gathered and is in no full block yet.</summary>
    public void TellOpen(IReadOnlyList<Metric> metrics, ScoreSink found) => Tell(_open.ToBlock(), metrics, found);

    /// <summary>Whether a stored block is full; the last one is told from memory.</summary>
    public bool IsFull(BsonDocument block) => block["_id"].AsInt64 < _block;

    public static void Tell(BsonDocument block, IReadOnlyList<Metric> metrics, ScoreSink found) =>
        Tell(ColumnBlock.Of(block, name => PlaceOf(name, metrics).Metric >= 0), metrics, found);

    private static void Tell(ColumnBlock block, IReadOnlyList<Metric> metrics, ScoreSink found)
    {
        foreach (var (name, values) in block.Columns)
        {
            var (metric, samples) = PlaceOf(name, metrics);
            for (var i = 0; i < values.Length && metric >= 0; i++)
            {
                if (!double.IsNaN(values[i]))
                    found(block.Trials[i], metric, values[i], samples);
            }
        }
    }

    private string NameOf(string metric, int samples)
    {
        if (!_names.TryGetValue((metric, samples), out var name))
            _names.Add((metric, samples), name = string.Create(CultureInfo.InvariantCulture, $"{metric} {samples}"));
        return name;
    }

    /// <summary>Which metric a column is of: "test_nll 500", or "train_elbo" of the last epoch.</summary>
    private static (int Metric, int Samples) PlaceOf(string column, IReadOnlyList<Metric> metrics)
    {
        var end = column.IndexOf(' ', StringComparison.Ordinal);
        var name = end < 0 ? column : column[..end];
        for (var i = 0; i < metrics.Count; i++)
        {
            if (metrics[i].Name == name)
                return (i, end < 0 ? ScoreColumn.NoEvaluation : int.Parse(column.AsSpan(end + 1), CultureInfo.InvariantCulture));
        }

        return (-1, 0);
    }

    private sealed record MetricColumn(string Name, MetricCurve Curve);
}
