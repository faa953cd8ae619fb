using VaeSweep.Results;
using VaeSweep.Store;

namespace VaeSweep.Cli;

/// <summary>A named state that a trial is in, or was in at its end.</summary>
internal sealed record RaisedAlarm(string Trial, long Epoch, string Alarm, string Detail);

/// <summary>The trials of a sweep whose posterior collapsed or whose code is overloaded.</summary>
internal static class AlarmList
{
    public static async Task<IReadOnlyList<RaisedAlarm>> ReadAsync(IStore store, string sweep, CancellationToken cancellationToken)
    {
        var rows = await store.QueryAsync(
            """
            SELECT e.trial, e.epoch, e.event, e.detail FROM events e
            WHERE e.sweep = @sweep AND e.event <> 'stopped_early' AND e.event NOT LIKE '%ended'
              AND NOT EXISTS (SELECT 1 FROM events f WHERE f.sweep = e.sweep AND f.trial = e.trial AND f.event = e.event || '_ended' AND f.epoch > e.epoch)
            ORDER BY e.trial, e.epoch
            """,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["sweep"] = sweep }, TimeSpan.FromSeconds(20), cancellationToken);
        return [.. rows.Rows.Select(r => new RaisedAlarm((string)r[0]!, Convert.ToInt64(r[1]), (string)r[2]!, (string)r[3]!))];
    }

    /// <param name="all">How many there are in all, for the caption.</param>
    public static Table Table(IReadOnlyList<RaisedAlarm> alarms, long all)
    {
        var caption = alarms.Count < all ? $"{Wording.Count(all, "alarm")}, the first {alarms.Count}:" : $"{Wording.Count(all, "alarm")}:";
        var rows = alarms.Select(a => (IReadOnlyList<Cell>)[a.Trial, a.Epoch, new(a.Alarm, a.Alarm, Tone: Tone.Bad), a.Detail]);
        return new Table([new("trial"), new("epoch", Number: true), new("alarm"), new("detail")], [.. rows], caption);
    }
}
