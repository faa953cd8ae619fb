using System.Globalization;

namespace VaeSweep.Results;

/// <summary>Instants as views and files have them.</summary>
public static class Instants
{
    /// <returns>ISO 8601, UTC, to the millisecond; null for none.</returns>
    public static string? Text(DateTimeOffset? instant) => instant?.UtcDateTime
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
