using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>A named state that a trial is in, or was in at its end.</summary>
internal sealed record RaisedAlarm(string Trial, long Epoch, string Alarm, string Detail);

/// <summary>The trials of a sweep whose posterior collapsed or whose code is overloaded.</summary>
internal static class AlarmList
{
    public static async Task<IReadOnlyList<RaisedAlarm>> ReadAsync(
        IStore store, string sweep, CancellationToken cancellationToken)
    {
        var alarms = new Dictionary<(string Trial, string Alarm), RaisedAlarm>();
        await foreach (var e in store.Results.EventsAsync(TrialFilter.AllOf(sweep), cancellationToken))
        {
            if (e.Event.EndsWith(TrialEvent.Ended, StringComparison.Ordinal))
                alarms.Remove((e.Trial, e.Event[..^TrialEvent.Ended.Length]));
            else if (e.Event != TrialEvent.StoppedEarly && !Ledger.EventsOfSearch.Contains(e.Event))
                alarms[(e.Trial, e.Event)] = new RaisedAlarm(e.Trial, e.Epoch, e.Event, e.Detail);
        }

        return [.. alarms.Values.OrderBy(a => a.Trial, StringComparer.Ordinal).ThenBy(a => a.Epoch)];
    }

    /// <param name="all">How many there are in all, for the caption.</param>
    public static Table Table(IReadOnlyList<RaisedAlarm> alarms, long all)
    {
        var caption = alarms.Count < all
            ? $"{Wording.Count(all, "alarm")}, the first {alarms.Count}:" : $"{Wording.Count(all, "alarm")}:";
        var rows = alarms.Select(a => (IReadOnlyList<Cell>)[a.Trial, a.Epoch, new(a.Alarm, a.Alarm, Tone: Tone.Bad), a.Detail]);
        return new Table([new("trial"), new("epoch", Number: true), new("alarm"), new("detail")], [.. rows], caption);
    }
}
