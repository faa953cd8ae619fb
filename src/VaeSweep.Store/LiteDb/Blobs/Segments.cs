using LiteDB;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>A trial's epoch reports in blobs: one for each trial and commit, and one when the trial is finished.</summary>
/// <remarks>The key is <c>trial &lt;&lt; 24 | first epoch</c>. Of an epoch that is there twice the report of the earlier segment
/// counts.</remarks>
public static class Segments
{
    public const int EpochBits = 24;

    /// <summary>Above this a merged blob is begun anew; LiteDB's documents go up to 16.7 MB.</summary>
    private const int MostReportBytes = 4 << 20;

    private const string BlobField = "reports";

    /// <exception cref="ArgumentOutOfRangeException">Trials go up to 2^39, epochs to 2^24.</exception>
    public static long Key(long trial, int firstEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trial);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(trial, 1L << (63 - EpochBits));
        ArgumentOutOfRangeException.ThrowIfNegative(firstEpoch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(firstEpoch, 1 << EpochBits);
        return trial << EpochBits | (uint)firstEpoch;
    }

    /// <summary>Adds a trial's reports to what is to be committed.</summary>
    /// <param name="reports">At least one, epochs ascending, none of which the trial has already.</param>
    public static void Append(StoreChanges changes, long trial, IReadOnlyList<EpochReport> reports)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentOutOfRangeException.ThrowIfZero(reports.Count);
        changes.Upsert(StoreCollections.Segments, new BsonDocument
        {
            ["_id"] = Key(trial, reports[0].Epoch),
            ["epochs"] = reports.Count,
            [BlobField] = ReportBlob.Encode(reports),
        });
    }

    /// <summary>All reports of a trial, epochs ascending.</summary>
    /// <exception cref="StoreDamagedException">A segment is not what was written.</exception>
    public static IReadOnlyList<EpochReport> Read(LiteDbFile file, long trial)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Merge(file.ReadAll(StoreCollections.Segments, Key(trial, 0), Key(trial, (1 << EpochBits) - 1)));
    }

    /// <summary>The changes that turn a finished trial's segments into one, or into few when they are large.</summary>
    /// <returns>No changes when there is nothing to gain.</returns>
    public static StoreChanges Compact(LiteDbFile file, long trial)
    {
        ArgumentNullException.ThrowIfNull(file);
        var segments = file.ReadAll(StoreCollections.Segments, Key(trial, 0), Key(trial, (1 << EpochBits) - 1)).ToList();
        var changes = new StoreChanges();
        var largest = segments.Count == 0 ? 0 : segments.Max(segment => segment[BlobField].AsBinary.Length);
        if (segments.Count < 2
            || segments.Sum(segment => segment[BlobField].AsBinary.Length) / Math.Max(1, segments.Count) > MostReportBytes / 2)
            return changes;
        foreach (var segment in segments)
            changes.Delete(StoreCollections.Segments, segment["_id"]);
        var reports = Merge(segments);
        var each = Math.Max(1,
            (int)(reports.Count * (double)MostReportBytes / Math.Max(MostReportBytes, largest * (double)segments.Count)));
        foreach (var part in reports.Chunk(each))
            Append(changes, trial, part);
        return changes;
    }

    /// <summary>The reports of one segment's document.</summary>
    public static IReadOnlyList<EpochReport> ReportsOf(BsonDocument segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return segment[BlobField] is { IsBinary: true } blob
            ? ReportBlob.Decode(blob.AsBinary)
            : throw new StoreDamagedException($"Segment {segment["_id"]} has no reports.");
    }

    public static long TrialOf(BsonDocument segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return segment["_id"].AsInt64 >> EpochBits;
    }

    private static List<EpochReport> Merge(IEnumerable<BsonDocument> segments)
    {
        var reports = new List<EpochReport>();
        var known = new HashSet<int>();
        foreach (var report in segments.SelectMany(ReportsOf))
        {
            if (known.Add(report.Epoch))
                reports.Add(report);
        }

        reports.Sort((a, b) => a.Epoch.CompareTo(b.Epoch));
        return reports;
    }
}
