using System.Globalization;
using VaeSweep.Results;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>Numbers, times and sizes as a person says them.</summary>
internal static class Wording
{
    /// <summary>"1 trial", "12,600 trials".</summary>
    public static string Count(long n, string one, string? many = null) =>
        Numbered.Of(n, one, many);

    /// <summary>"45 s", "12 min", "3 h 20 min", "2 d 4 h".</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "under 1 s",
        { TotalSeconds: < 100 } => $"{time.TotalSeconds:F0} s",
        { TotalMinutes: < 100 } => $"{time.TotalMinutes:F0} min",
        { TotalHours: < 48 } => $"{(int)time.TotalHours} h {time.Minutes} min",
        _ => $"{(int)time.TotalDays} d {time.Hours} h",
    };

    /// <summary>"about 45 s", and "under 1 s", which says as much by itself.</summary>
    public static string About(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? Duration(time) : $"about {Duration(time)}";

    /// <summary>"3.2 GB", decimal units.</summary>
    public static string Size(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var unit = 0;
        while (bytes >= 1000 && unit < units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:G3} {units[unit]}");
    }

    /// <summary>Time since an instant, or a dash.</summary>
    public static string Ago(DateTimeOffset? then, DateTimeOffset now) => then is { } t ? $"{Duration(now - t)} ago" : "-";

    /// <summary>How a sweep stands: "active", "lost contact", "done, 2 failed"; paused and stopped ones as their owner wants
    /// them.</summary>
    /// <param name="lost">Of its running trials, those whose process is not in contact.</param>
    public static string Stands(SweepStatus sweep, long lost)
    {
        string[] ends = [.. new[] { TrialState.Failed, TrialState.Stopped }.Where(s => sweep.Count(s) > 0)
            .Select(s => $"{sweep.Count(s).ToString("N0", CultureInfo.InvariantCulture)} {Name(s)}")];
        return (sweep.State, sweep.Open) switch
        {
            (SweepState.Stopped, _) => Name(sweep.State),
            (_, 0) => string.Join(", ", [sweep.Total == 0 ? "empty" : "done", .. ends]),
            (SweepState.Active, _) when lost > 0 && lost == sweep.Count(TrialState.Running) => "lost contact",
            _ => Name(sweep.State),
        };
    }

    /// <summary>The lower-case name that stores and sweep files use.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
