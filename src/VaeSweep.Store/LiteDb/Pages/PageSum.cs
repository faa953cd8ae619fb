using System.IO.Hashing;

namespace VaeSweep.Store.LiteDb;

/// <summary>A 64-bit sum of bytes, chained to what came before by its seed.</summary>
/// <returns>Never 0, so that a place never written is no sum.</returns>
internal delegate ulong PageSum(ReadOnlySpan<byte> bytes, ulong seed);

/// <summary>The sums that stores have.</summary>
internal static class PageSums
{
    /// <summary>XXH3, 64 bits.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed) =>
        XxHash3.HashToUInt64(bytes, unchecked((long)seed)) is not 0 and var sum ? sum : 1;
}
