using LiteDB;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>Trials' epoch reports in blobs: one for each attempt and commit, and one for each attempt when the trial is
/// finished.</summary>
/// <remarks>The key is that of the trial and its first epoch. Of an epoch that is there twice the report of the earlier segment
/// counts.</remarks>
public static class Segments
{
    /// <summary>Above this a merged blob is begun anew; LiteDB's documents go up to 16.7 MB.</summary>
    private const int MostReportBytes = 4 << 20;

    private const string BlobField = "reports";

    /// <summary>Adds a trial's reports to what is to be committed.</summary>
    /// <param name="attempt">Ordinal of the attempt that reported them.</param>
    /// <param name="reports">At least one, epochs ascending, none of which the trial has already.</param>
    public static void Append(StoreChanges changes, long trial, int attempt, IReadOnlyList<EpochReport> reports) =>
        Append(changes, trial, attempt, reports, isNew: true);

    private static void Append(StoreChanges changes, long trial, int attempt, IReadOnlyList<EpochReport> reports, bool isNew)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentOutOfRangeException.ThrowIfZero(reports.Count);
        var segment = new BsonDocument
        {
            ["_id"] = TrialKeys.Of(trial, reports[0].Epoch),
            ["attempt"] = attempt,
            ["epochs"] = reports.Count,
            [BlobField] = ReportBlob.Encode(reports),
        };
        if (isNew)
            changes.Insert(StoreCollections.Segments, segment);
        else
            changes.Upsert(StoreCollections.Segments, segment);
    }

    /// <summary>All reports of trials in a row, by trial and epoch; read trial by trial.</summary>
    /// <exception cref="StoreDamagedException">A segment is not what was written.</exception>
    public static IEnumerable<StoredReport> Read(LiteDbFile file, long first, long last)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Read(file.ReadAll(StoreCollections.Segments, TrialKeys.First(first), TrialKeys.Last(last)));
    }

    /// <summary>The reports of segments in the order of their keys.</summary>
    internal static IEnumerable<StoredReport> Read(IEnumerable<BsonDocument> segments)
    {
        var (some, trial) = (new List<BsonDocument>(), -1L);
        foreach (var segment in segments)
        {
            if (TrialOf(segment) != trial)
            {
                foreach (var report in Merge(trial, some))
                    yield return report;
                some.Clear();
                trial = TrialOf(segment);
            }

            some.Add(segment);
        }

        foreach (var report in Merge(trial, some))
            yield return report;
    }

    /// <summary>The changes that turn a finished trial's segments into one for each attempt, or into few when they are
    /// large.</summary>
    /// <returns>No changes when there is nothing to gain.</returns>
    public static StoreChanges Compact(LiteDbFile file, long trial)
    {
        ArgumentNullException.ThrowIfNull(file);
        var segments = file.ReadAll(StoreCollections.Segments, TrialKeys.First(trial), TrialKeys.Last(trial)).ToList();
        var changes = new StoreChanges();
        if (segments.Count < 2 || !segments.Zip(segments.Skip(1)).Any(pair =>
            pair.First["attempt"] == pair.Second["attempt"] && Size(pair.First) + Size(pair.Second) <= MostReportBytes))
        {
            return changes;
        }
        foreach (var segment in segments)
            changes.Delete(StoreCollections.Segments, segment["_id"]);
        var each = Math.Max(1, (int)(MostReportBytes * (double)segments.Sum(segment => segment["epochs"].AsInt32)
            / Math.Max(1, segments.Sum(segment => (long)Size(segment)))));
        foreach (var run in Runs(Merge(trial, segments)))
        {
            foreach (var part in run.Chunk(each))
                Append(changes, trial, part[0].Attempt, [.. part.Select(one => one.Report)], isNew: false);
        }

        return changes;
    }

    public static long TrialOf(BsonDocument segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return TrialKeys.TrialOf(segment["_id"].AsInt64);
    }

    private static int Size(BsonDocument segment) => segment[BlobField].AsBinary.Length;

    private static IReadOnlyList<EpochReport> ReportsOf(BsonDocument segment) => segment[BlobField] is { IsBinary: true } blob
        ? ReportBlob.Decode(blob.AsBinary)
        : throw new StoreDamagedException($"Segment {segment["_id"]} has no reports.");

    /// <summary>Reports in a row of one attempt each.</summary>
    private static List<List<StoredReport>> Runs(List<StoredReport> reports)
    {
        var runs = new List<List<StoredReport>>();
        foreach (var report in reports)
        {
            if (runs.Count == 0 || runs[^1][0].Attempt != report.Attempt)
                runs.Add([]);
            runs[^1].Add(report);
        }

        return runs;
    }

    private static List<StoredReport> Merge(long trial, List<BsonDocument> segments)
    {
        var reports = new List<StoredReport>();
        var known = new HashSet<int>();
        foreach (var segment in segments)
        {
            foreach (var report in ReportsOf(segment))
            {
                if (known.Add(report.Epoch))
                    reports.Add(new StoredReport(trial, segment["attempt"].AsInt32, report));
            }
        }

        reports.Sort((a, b) => a.Report.Epoch.CompareTo(b.Report.Epoch));
        return reports;
    }
}
