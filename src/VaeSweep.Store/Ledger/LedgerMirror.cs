using System.Globalization;
using System.Text.RegularExpressions;
using SQLitePCL;
using VaeSweep.Store.Sqlite;

namespace VaeSweep.Store;

/// <summary>The documented views in an SQLite database in memory, for SQL alone: derived from the Ledger, only as far as was
/// asked for, and kept up by its changes.</summary>
internal sealed partial class LedgerMirror : IDisposable
{
    /// <summary>Changes that wait for the next question. When more have come, a new mirror costs less.</summary>
    private const int MostHeard = 200_000;

    private readonly List<Change> _heard = [];
    private readonly MirrorRows _rows;
    private MirrorParts _filled;
    private volatile bool _stale;

    public LedgerMirror()
    {
        Connection = SqliteConnection.Open(":memory:", raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        SqliteSchema.Migrate(Connection, SqliteSchema.Newest, at: null);
        _rows = new MirrorRows(Connection);
    }

    public SqliteConnection Connection { get; }

    /// <summary>It cannot catch up: it has heard too much, or not everything.</summary>
    public bool IsStale => _stale;

    /// <summary>Something may have been lost on its way here.</summary>
    public void Spoil() => _stale = true;

    /// <summary>What a question must have, by the names of views in it.</summary>
    public static MirrorParts PartsOf(string sql)
    {
        var words = WordPattern().Matches(sql).Select(word => word.Value.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        return ViewCatalog.Views.Where(view => words.Contains(view.Name)).Aggregate(MirrorParts.None, (parts, view) => parts | PartsOfView(view.Name, words, sql));
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

    /// <summary>What is to be taken before a question may be asked; on the store's writer.</summary>
    public (IReadOnlyList<Change> Heard, IReadOnlyList<Change> Snapshot) Ask(MirrorParts parts, Func<MirrorParts, List<Change>> snapshot)
    {
        Change[] heard = [.. _heard];
        _heard.Clear();
        var missing = parts & ~_filled;
        // Points are told against each other, so that they come before the trials that name them; missing parts are filled whole.
        List<Change> filling = missing == MirrorParts.None ? [] : snapshot(missing);
        _filled |= missing;
        return (heard, filling);
    }

    /// <summary>Brings the database up to date; where the question is asked.</summary>
    public void Take((IReadOnlyList<Change> Heard, IReadOnlyList<Change> Snapshot) news)
    {
        if (news.Heard.Count + news.Snapshot.Count == 0)
            return;
        Connection.Transact(() =>
        {
            foreach (var change in news.Heard.Concat(news.Snapshot))
                _rows.Write(change);
            return true;
        });
    }

    public void Dispose() => Connection.Dispose();

    private static MirrorParts PartsOfView(string view, HashSet<string> words, string sql) => view switch
    {
        "sweeps" => MirrorParts.Sweeps | MirrorParts.Trials,
        "trials" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Attempts
            | (words.Contains("config") || sql.Contains('*', StringComparison.Ordinal) ? MirrorParts.Points : MirrorParts.None),
        "points" => MirrorParts.Points,
        "epochs" or "units" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Epochs,
        "events" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Events,
        "evaluations" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Evaluations,
        "scores" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Evaluations,
        "attempts" => MirrorParts.Sweeps | MirrorParts.Trials | MirrorParts.Attempts,
        "nodes" => MirrorParts.Nodes,
        _ => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The view {view} has no source in the mirror.")),
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

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant)]
    private static partial Regex WordPattern();
}
