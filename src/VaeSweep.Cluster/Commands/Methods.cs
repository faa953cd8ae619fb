using System.Runtime.CompilerServices;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <summary>All that commands can ask of a head. A desk and a <see cref="RemoteStore"/> both read this list. What changes trials
/// that workers have (claims, renewals, reports, ends) is not in it: that goes by the protocol between nodes and head.</summary>
internal static partial class Methods
{
    public static readonly Question<Nothing, HeadInfo> Hello = new("hello", Codecs.Nothing, Codecs.HeadInfo, HelloAsync);

    public static readonly Question<SettingNamed, string?> GetSetting =
        new("setting", Codecs.SettingNamed, Codecs.Text.OrNull,
            (served, asked, token) => served.Store.GetSettingAsync(asked.Name, token));

    public static readonly Question<SettingNamed, bool> SetSetting =
        new("set setting", Codecs.SettingNamed, Codecs.Truth, async (served, asked, token) =>
        {
            await served.Store.SetSettingAsync(asked.Name, asked.Value, token);
            return true;
        });

    public static readonly Submission<SweepSubmission, Trial, SubmitResult> Submit =
        new("submit", Codecs.Submission, Codecs.Trial, Codecs.Submitted,
            (served, sweep, trials, token) => served.Store.SubmitAsync(sweep, trials, token));

    public static readonly Submission<SweepSubmission, Trial, SubmitResult> Plan =
        new("plan", Codecs.Submission, Codecs.Trial, Codecs.Submitted,
            (served, sweep, trials, token) => served.Store.PlanAsync(sweep, trials, token));

    public static readonly Listing<Nothing, SweepStatus> Sweeps =
        new("sweeps", Codecs.Nothing, Codecs.Sweep,
            (served, _, token) => List(served.Store.ListSweepsAsync(token), token));

    public static readonly Question<SweepNamed, SweepStatus?> Sweep =
        new("sweep", Codecs.SweepNamed, Codecs.Sweep.OrNull,
            (served, asked, token) => served.Store.GetSweepAsync(asked.Sweep, token));

    public static readonly Question<StateWish, bool> SetState =
        new("set state", Codecs.StateWish, Codecs.Truth,
            (served, asked, token) => served.Store.SetSweepStateAsync(asked.Sweep, asked.State, token));

    public static readonly Question<Adjusting, bool> Adjust =
        new("adjust", Codecs.Adjusting, Codecs.Truth,
            (served, asked, token) => served.Store.AdjustSweepAsync(asked.Sweep, asked.Change, token));

    public static readonly Question<TrialKeyed, bool> StopTrial =
        new("stop trial", Codecs.TrialKeyed, Codecs.Truth,
            (served, asked, token) => served.Store.StopTrialAsync(asked.Trial, token));

    public static readonly Question<Retrying, int> Retry =
        new("retry", Codecs.Retrying, Codecs.Count,
            (served, asked, token) => served.Store.RetryAsync(asked.Sweep, asked.FailureClass, asked.Trial, token));

    public static readonly Listing<Limited, string> TakeObsolete =
        new("take obsolete", Codecs.Limited, Codecs.Text,
            (served, asked, token) => List(served.Store.TakeObsoleteCheckpointsAsync(asked.Limit, token), token));

    public static readonly Listing<Nothing, StoredCheckpoint> Checkpoints =
        new("checkpoints", Codecs.Nothing, Codecs.Checkpoint,
            (served, _, token) => List(served.Store.ListCheckpointsAsync(token), token));

    public static readonly Question<Keyed, int> ForgetCheckpoints =
        new("forget checkpoints", Codecs.Keyed, Codecs.Count,
            (served, asked, token) => served.Store.ForgetCheckpointsAsync(asked.Keys, token));

    public static readonly Listing<SweepNamed, TrialFiles> Files =
        new("files", Codecs.SweepNamed, Codecs.Files,
            (served, asked, token) => List(served.Store.ListFilesAsync(asked.Sweep, token), token));

    public static readonly Listing<Nothing, NodeStatus> Nodes =
        new("nodes", Codecs.Nothing, Codecs.Node,
            (served, _, token) => List(served.Store.ListNodesAsync(token), token));

    public static readonly Listing<Finding, TrialStatus> FindTrials =
        new("find trials", Codecs.Finding, Codecs.TrialStatus,
            (served, asked, token) => List(served.Store.FindTrialsAsync(asked.IdPrefix, asked.Sweep, asked.Limit, token), token));

    public static readonly Listing<Querying, QueryPart> Query =
        new("query", Codecs.Querying, Codecs.QueryPart,
            (served, asked, token) =>
                Parts(served.Store.QueryAsync(asked.Sql, asked.Parameters, asked.Timeout, token), QueryPart.Of, token));

    public static readonly Question<BackingUp, BackupSummary> Backup =
        new("backup", Codecs.BackingUp, Codecs.Backup,
            (served, asked, token) => served.Backup?.Invoke(asked.File, asked.Replaces, token)
                ?? throw new StoreException($"Store '{served.Store.Location}' cannot be backed up while it is in use."));

    public static readonly Question<Nothing, int> FilesPort =
        new("files port", Codecs.Nothing, Codecs.Count, (served, _, _) => Task.FromResult(served.FilesPort()));

    /// <summary>Answers when something has changed, however long that takes.</summary>
    public static readonly Question<Watching, StoreNews> News =
        new("news", Codecs.Watching, Codecs.News,
            (served, asked, token) => served.Watched.NewsAsync(asked.Epoch, asked.Number, token));

    // ---- results ----

    public static readonly Listing<Nothing, SweepStatus> ResultSweeps =
        new("results: sweeps", Codecs.Nothing, Codecs.Sweep,
            (served, _, token) => List(served.Store.Results.SweepsAsync(token), token));

    public static readonly Listing<Reading, TrialPart> Trials =
        new("results: trials", Codecs.Reading, Codecs.TrialPart,
            (served, asked, token) => served.Store.Results.TrialsAsync(asked.Which, asked.Parts, token)
                .Select(trial => TrialPart.Of(trial, asked.Parts)));

    public static readonly Listing<SweepNamed, PointPart> Points =
        new("results: points", Codecs.SweepNamed, Codecs.PointPart,
            (served, asked, token) => Parts(served.Store.Results.PointsAsync(asked.Sweep, token), PointPart.Of, token));

    public static readonly Listing<ReadingCurves, TrialCurve> Curves =
        new("results: curves", Codecs.ReadingCurves, Codecs.Curve,
            (served, asked, token) => served.Store.Results.CurvesAsync(asked.Which, asked.What, token));

    public static readonly Listing<TrialFilter, EpochUnits> Units =
        new("results: units", Codecs.Filter, Codecs.Units,
            (served, asked, token) => served.Store.Results.UnitsAsync(asked, token));

    public static readonly Listing<Scoring, ScorePart> Scores =
        new("results: scores", Codecs.Scoring, Codecs.ScorePart,
            (served, asked, token) => Parts(
                served.Store.Results.ScoresAsync(asked.Sweep, [.. asked.Metrics.Select(MetricOf)], asked.Points, token),
                ScorePart.Of, token));

    public static readonly Listing<ReadingEvaluations, EvaluationRecord> Evaluations =
        new("results: evaluations", Codecs.ReadingEvaluations, Codecs.Evaluation,
            (served, asked, token) => served.Store.Results.EvaluationsAsync(asked.Which, asked.Metric, token));

    public static readonly Listing<TrialFilter, AttemptRecord> Attempts =
        new("results: attempts", Codecs.Filter, Codecs.Attempt,
            (served, asked, token) => served.Store.Results.AttemptsAsync(asked, token));

    public static readonly Listing<TrialFilter, EventRecord> Events =
        new("results: events", Codecs.Filter, Codecs.Event,
            (served, asked, token) => served.Store.Results.EventsAsync(asked, token));

    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, Method> All => Listed.All;

    /// <summary>Of this program, as it is shown.</summary>
    public static string Product { get; } = typeof(Methods).Assembly.GetName().Version!.ToString(3);

    // Made once all of them are: they stand in several files, whose order nobody knows.
    private static class Listed
    {
        public static IReadOnlyDictionary<string, Method> All { get; } = new Method[]
        {
            Hello, GetSetting, SetSetting, Submit, Plan, Sweeps, Sweep, SetState, Adjust, StopTrial, Retry, TakeObsolete,
            Checkpoints, ForgetCheckpoints, Files, Nodes, FindTrials, Query, Backup, ResultSweeps, Trials, Points, Curves, Units,
            Scores, Evaluations, Attempts, Events, Delete, Deleted, Rename, Tag, Note, Log, Reuse, Import, FilesPort, News,
        }.ToDictionary(method => method.Name, StringComparer.Ordinal);
    }

    private static async Task<HeadInfo> HelloAsync(Served served, Nothing nothing, CancellationToken cancellationToken)
    {
        await served.Store.MigrateAsync(cancellationToken);
        var identity = await served.Store.IdentityAsync(cancellationToken);
        return new HeadInfo(served.Store.Location, identity, Environment.MachineName, Product);
    }

    private static Metric MetricOf(string name) => MetricList.Find(name)
        ?? throw new ArgumentException($"The head knows no metric '{name}'. Run the same version of vaesweep everywhere.");

    private static IAsyncEnumerable<T> List<T>(Task<IReadOnlyList<T>> list, CancellationToken cancellationToken) =>
        Parts(list, all => all, cancellationToken);

    private static async IAsyncEnumerable<TPart> Parts<T, TPart>(
        Task<T> whole, Func<T, IEnumerable<TPart>> parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var part in parts(await whole))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return part;
        }
    }
}
