namespace VaeSweep.Store.LiteDb;

/// <summary>Keys of documents that belong to trials: <c>trial &lt;&lt; 24 | number</c>, so that those of a trial, and those of
/// trials in a row, are a range.</summary>
public static class TrialKeys
{
    private const int NumberBits = 24;

    /// <param name="number">An epoch or an attempt's ordinal.</param>
    /// <exception cref="ArgumentOutOfRangeException">Trials go up to 2^39, numbers to 2^24.</exception>
    public static long Of(long trial, int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trial);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(trial, 1L << (63 - NumberBits));
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, 1 << NumberBits);
        return (trial << NumberBits) | (uint)number;
    }

    public static long First(long trial) => Of(trial, 0);

    public static long Last(long trial) => Of(trial, (1 << NumberBits) - 1);

    public static long TrialOf(long key) => key >> NumberBits;

    public static int NumberOf(long key) => (int)(key & ((1 << NumberBits) - 1));
}
