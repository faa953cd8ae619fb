using VaeSweep.Sweeps;

namespace VaeSweep.Training.Alarms;

/// <summary>Counts for how long a trial has been in each state, and tells when one begins and ends.</summary>
internal static class AlarmWatch
{
    /// <param name="epoch">The completed one.</param>
    /// <returns>The progress with its counts brought up to date, what began or ended, and why training is to stop; null where it
    /// is not.</returns>
    public static (TrialProgress Progress, IReadOnlyList<TrialEvent> Events, string? Stop) After(AlarmedEpoch epoch)
    {
        var counts = new Dictionary<string, int>(epoch.Progress.Alarms, StringComparer.Ordinal);
        var events = new List<TrialEvent>();
        string? stop = null;
        foreach (var alarm in AlarmKinds.All.Where(alarm => alarm.Mode(epoch.Settings) != "off"))
        {
            var before = counts.GetValueOrDefault(alarm.Name);
            switch (alarm.Holds(epoch))
            {
                case true:
                    counts[alarm.Name] = before + 1;
                    if (before + 1 == epoch.Settings.Epochs)
                    {
                        events.Add(new(alarm.Name, alarm.Describe(epoch)));
                        stop ??= alarm.Mode(epoch.Settings) == "stop" ? alarm.Describe(epoch) : null;
                    }

                    break;
                case false:
                    _ = counts.Remove(alarm.Name);
                    if (before >= epoch.Settings.Epochs)
                        events.Add(new(alarm.Name + "_ended", $"{alarm.Name.Replace('_', ' ')} ended after {before} epochs"));

                    break;
            }
        }

        return (epoch.Progress with { Alarms = counts }, events, stop);
    }
}
