namespace VaeSweep.Store.LiteDb;

/// <summary>What a log holds.</summary>
/// <param name="Pages">The newest committed frame of each page, by page.</param>
/// <param name="Transactions">How many were committed.</param>
/// <param name="Frames">Whole frames, those of transactions never committed included.</param>
/// <param name="Damage">Why the log cannot be what was written; null when it can. A torn end is no damage: the last transaction
/// was never acknowledged.</param>
internal sealed record LogScan(SortedDictionary<uint, long> Pages, long Transactions, long Frames, string? Damage)
{
    public static readonly LogScan Empty = new([], 0, 0, null);
}
