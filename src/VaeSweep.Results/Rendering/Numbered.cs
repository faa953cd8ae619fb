using System.Globalization;

namespace VaeSweep.Results;

/// <summary>Numbers of things, and the verb that goes with them.</summary>
public static class Numbered
{
    /// <summary>"1 trial", "12,600 trials".</summary>
    /// <param name="many">Where it is not the other with an s.</param>
    public static string Of(long n, string one, string? many = null) =>
        $"{n.ToString("N0", CultureInfo.InvariantCulture)} {(n == 1 ? one : many ?? one + "s")}";

    /// <summary>"is" or "are".</summary>
    public static string Are(long n) => n == 1 ? "is" : "are";

    /// <summary>"was" or "were".</summary>
    public static string Were(long n) => n == 1 ? "was" : "were";
}
