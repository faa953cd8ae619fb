using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <summary>What a head says of itself.</summary>
internal sealed record HeadInfo(string Location, string Identity, string Host, string Product);

/// <summary>A part of a <see cref="QueryResult"/>: the columns come first, then a part for each row.</summary>
internal sealed record QueryPart(string[]? Columns, bool Truncated, object?[]? Row)
{
    public static IEnumerable<QueryPart> Of(QueryResult result) => result.Rows
        .Select(row => new QueryPart(null, false, row))
        .Prepend(new QueryPart([.. result.Columns], result.Truncated, null));
}

/// <summary>A <see cref="PointRecord"/>. The base's text comes with the first point that is told against it.</summary>
internal sealed record PointPart(long Key, long Base, string? Config, string Changes)
{
    public static IEnumerable<PointPart> Of(IEnumerable<PointRecord> points)
    {
        var told = new HashSet<long>();
        foreach (var point in points)
        {
            yield return new PointPart(point.Key, point.Base.Key, told.Add(point.Base.Key) ? point.Base.Config : null,
                point.Changes);
        }
    }
}

/// <summary>A part of a <see cref="SweepScores"/>: counts, or values of one metric, or the seeds that confirm.</summary>
/// <param name="Metric">Its place among those that were asked for; <see cref="NoMetric"/> of counts.</param>
internal sealed record ScorePart(int Metric, PointCount[] Counts, long[] Points, long[] Seeds, double[] Values, int[] Samples)
{
    public const int NoMetric = -1;
    public const int ConfirmSeeds = -2;

    private const int Rows = 2_000;

    public static IEnumerable<ScorePart> Of(SweepScores scores)
    {
        if (scores.ConfirmSeeds.Count > 0)
            yield return new ScorePart(ConfirmSeeds, [], [], [.. scores.ConfirmSeeds], [], []);
        foreach (var some in scores.Counts.Chunk(Rows))
            yield return new ScorePart(NoMetric, some, [], [], [], []);
        foreach (var (metric, column) in scores.Metrics.Index())
        {
            for (var at = 0; at < column.Count; at += Rows)
            {
                var rows = Math.Min(Rows, column.Count - at);
                yield return new ScorePart(
                    metric, [], [.. column.Points.GetRange(at, rows)], [.. column.Seeds.GetRange(at, rows)],
                    [.. column.Values.GetRange(at, rows)], [.. column.Samples.GetRange(at, rows)]);
            }
        }
    }

    public void AddTo(ScoreColumn column)
    {
        for (var i = 0; i < Points.Length; i++)
            column.Add(Points[i], Seeds[i], Values[i], Samples[i]);
    }
}

/// <summary>A <see cref="TrialRecord"/>, whose parts refuse to be read when they were not asked for.</summary>
internal sealed record TrialPart(string Sweep, string Id, long Index, long Seed, long Point, TrialState State, bool Wanted)
{
    public int Round { get; init; }
    public string? Parent { get; init; }
    public string? Fingerprint { get; init; }
    public string? Config { get; init; }
    public int Attempts { get; init; }
    public int EpochsDone { get; init; }
    public int Epochs { get; init; }
    public double Seconds { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public FailureClass? FailureClass { get; init; }
    public string? Reason { get; init; }
    public string? ModelPath { get; init; }
    public string? Worker { get; init; }
    public string? Device { get; init; }
    public TrialSource? Source { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public string? Note { get; init; }

    public static TrialPart Of(TrialRecord trial, TrialParts parts) =>
        new(trial.Sweep, trial.Id, trial.Index, trial.Seed, trial.Point, trial.State, trial.Wanted)
        {
            Round = trial.Round, Parent = trial.Parent,
            Fingerprint = parts.HasFlag(TrialParts.Fingerprint) ? trial.Fingerprint : null,
            Config = parts.HasFlag(TrialParts.Configuration) ? trial.Config : null,
            Attempts = trial.Attempts, EpochsDone = trial.EpochsDone, Epochs = trial.Epochs, Seconds = trial.Seconds,
            StartedAt = trial.StartedAt, FinishedAt = trial.FinishedAt, FailureClass = trial.FailureClass, Reason = trial.Reason,
            ModelPath = trial.ModelPath, Worker = trial.Worker, Device = trial.Device, Source = trial.Source, Tags = trial.Tags,
            Note = trial.Note,
        };

    public TrialRecord ToRecord() => new()
    {
        Sweep = Sweep, Id = Id, Index = Index, Seed = Seed, Point = Point, State = State, Wanted = Wanted,
        Round = Round, Parent = Parent,
        // What was not asked for stays null, and refuses to be read.
        Fingerprint = Fingerprint!, Config = Config!,
        Attempts = Attempts, EpochsDone = EpochsDone, Epochs = Epochs, Seconds = Seconds, StartedAt = StartedAt,
        FinishedAt = FinishedAt, FailureClass = FailureClass, Reason = Reason, ModelPath = ModelPath,
        Worker = Worker, Device = Device, Source = Source, Tags = Tags, Note = Note,
    };
}
