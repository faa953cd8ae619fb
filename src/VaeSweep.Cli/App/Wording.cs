using System.Globalization;

namespace VaeSweep.Cli;

/// <summary>Numbers, times and sizes as a person says them.</summary>
internal static class Wording
{
    /// <summary>"1 trial", "12,600 trials".</summary>
    public static string Count(long n, string one, string? many = null) =>
        $"{n.ToString("N0", CultureInfo.InvariantCulture)} {(n == 1 ? one : many ?? one + "s")}";

    /// <summary>"45 s", "12 min", "3 h 20 min", "2 d 4 h".</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "under 1 s",
        { TotalSeconds: < 100 } => $"{time.TotalSeconds:F0} s",
        { TotalMinutes: < 100 } => $"{time.TotalMinutes:F0} min",
        { TotalHours: < 48 } => $"{(int)time.TotalHours} h {time.Minutes} min",
        _ => $"{(int)time.TotalDays} d {time.Hours} h",
    };

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

    /// <summary>The lower-case name that stores and sweep files use.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
