namespace VaeSweep.Store.LiteDb;

/// <summary>What was found in a store, and what was saved of it.</summary>
/// <param name="Path">The store that was looked at.</param>
/// <param name="Documents">Whole ones.</param>
/// <param name="DamagedPages">Pages that do not match their checksums.</param>
/// <param name="Lost">Documents that were there and cannot be read, such as <c>trials/17</c>.</param>
/// <param name="Doubtful">Documents from damaged pages that match their own checksums: they may be older versions.</param>
/// <param name="Findings">Everything that is wrong, one line each; empty of a sound store.</param>
/// <param name="Collections">How many whole or doubtful documents each collection has.</param>
public sealed record CheckReport(
    string Path, long Pages, long Documents, IReadOnlyList<uint> DamagedPages, IReadOnlyList<string> Lost,
        IReadOnlyList<string> Doubtful,
    IReadOnlyList<string> Findings, IReadOnlyDictionary<string, long> Collections)
{
    public bool Sound => Findings.Count == 0;
}
