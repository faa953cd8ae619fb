using System.Globalization;

namespace VaeSweep.Cli;

/// <summary>Says how far a command is that lets many things pass by: nothing in the first second, then a line now and then. Ends
/// at the first signal.</summary>
internal static class PassingBy
{
    private const int LookedAt = 1024;
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(5);

    /// <param name="what">For the lines: "reading the sweep's trials".</param>
    /// <param name="total">How many there are; null where nobody knows.</param>
    /// <exception cref="OperationCanceledException">It was asked to end.</exception>
    public static IEnumerable<T> Say<T>(
        IEnumerable<T> all, CliHost host, string what, long? total, CancellationToken cancellationToken)
    {
        var (passed, said, started) = (0L, TimeSpan.Zero, host.Time.GetTimestamp());
        foreach (var one in all)
        {
            yield return one;
            if (++passed % LookedAt != 0)
                continue;

            cancellationToken.ThrowIfCancellationRequested();
            var took = host.Time.GetElapsedTime(started);
            if (took >= (said == TimeSpan.Zero ? _first : said + _again))
            {
                said = took;
                host.Say(
                    string.Create(CultureInfo.InvariantCulture,
                        $"{what}: {passed:N0}{(total is { } of ? $" of {of:N0} ({(double)passed / of:P0})" : "")}"));
            }
        }
    }
}
