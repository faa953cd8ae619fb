using System.Text.RegularExpressions;

namespace VaeSweep.Store;

/// <summary>The documented views in an SQLite database of this process, for SQL alone: derived from the Ledger, only as far as
/// was asked for, and kept up by its changes.</summary>
/// <remarks>It listens from the moment at which it begins to be filled, and all that it is told may be told twice. So it is
/// filled in slices, between which the store goes on.</remarks>
internal sealed partial class LedgerMirror : IDisposable
{
    /// <summary>Changes that wait for the next question. When more have come, a new mirror costs less.</summary>
    private const int MostHeard = 200_000;

    private readonly List<Change> _heard = [];
    private readonly MirrorRows _rows;
    private MirrorParts _filled;
    private volatile bool _stale;

    /// <param name="here">Where a file is that the store has a path of.</param>
    public LedgerMirror(Func<string?, string?> here)
    {
        Database = new MirrorDatabase();
        Database.Script(MirrorTables.Create);
        Database.Script(MirrorViews.Create);
        _rows = new MirrorRows(Database, here);
    }

    public MirrorDatabase Database { get; }

    /// <summary>It cannot catch up: it has heard too much, or not everything.</summary>
    public bool IsStale => _stale;

    /// <summary>Something may have been lost on its way here.</summary>
    public void Spoil() => _stale = true;

    /// <summary>What a question must have, by the names of views in it.</summary>
    public static MirrorParts PartsOf(string sql)
    {
        var words = WordPattern().Matches(sql).Select(word => word.Value.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        return ViewCatalog.Views.Where(view => words.Contains(view.Name))
            .Aggregate(MirrorParts.None, (parts, view) => parts | PartsOfView(view.Name, words, sql));
    }

    public static bool IsOf(Change change, MirrorParts parts) => (PartOf(change) & parts) != MirrorParts.None;

    /// <summary>Listens to what was committed; on the store's writer.</summary>
    public void Hear(IReadOnlyList<Change> changes)
    {
        if (IsStale)
            return;
        _heard.AddRange(changes.Where(change => IsOf(change, _filled)));
        if (_heard.Count <= MostHeard)
            return;
        _stale = true;
        _heard.Clear();
    }

    /// <summary>What is to be written first, of what was heard; on the store's writer.</summary>
    public IReadOnlyList<Change> TakeHeard()
    {
        Change[] heard = [.. _heard];
        _heard.Clear();
        return heard;
    }

    /// <summary>Begins to listen to what a question needs; on the store's writer.</summary>
    /// <returns>What must be filled: it is not here yet.</returns>
    public MirrorParts Want(MirrorParts parts)
    {
        var missing = parts & ~_filled;
        _filled |= missing;
        return missing;
    }

    /// <summary>Brings the database up to date; where the question is asked.</summary>
    public void Write(IReadOnlyCollection<Change> changes)
    {
        if (changes.Count == 0)
            return;
        Database.Transact(() =>
        {
            foreach (var change in changes)
                _rows.Write(change);
        });
    }

    public void Dispose() => Database.Dispose();

    private static MirrorParts PartsOfView(string view, HashSet<string> words, string sql) => view switch
    {
        "sweeps" => MirrorParts.Sweeps | MirrorParts.Trials,
        "trials" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Attempts
            | (words.Contains("config") || StarPattern().IsMatch(sql) ? MirrorParts.Points : MirrorParts.None),
        "points" => MirrorParts.Points,
        "epochs" or "units" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Epochs,
        "events" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Events,
        "evaluations" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Evaluations,
        "scores" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Evaluations,
        "attempts" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Attempts,
        "nodes" => MirrorParts.Nodes,
        _ => throw new InvalidOperationException($"The view {view} has no source in the mirror."),
    };

    private static MirrorParts PartOf(Change change) => change switch
    {
        SweepPut or SweepDeleted => MirrorParts.Sweeps,
        TrialPut or TrialDeleted => MirrorParts.Trials,
        PointPut => MirrorParts.Points,
        WorkerPut or AttemptPut => MirrorParts.Attempts,
        ReportsAppended => MirrorParts.Epochs,
        EventPut => MirrorParts.Events,
        EvaluationPut => MirrorParts.Evaluations,
        NodePut => MirrorParts.Nodes,
        _ => MirrorParts.None,
    };

    // All columns, or a product; not the star of count(*).
    [GeneratedRegex(@"(?<!\(\s*)\*", RegexOptions.CultureInvariant)]
    private static partial Regex StarPattern();

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant)]
    private static partial Regex WordPattern();
}
