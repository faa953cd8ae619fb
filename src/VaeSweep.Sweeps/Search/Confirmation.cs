namespace VaeSweep.Sweeps.Search;

/// <summary>What becomes of the trials that confirm a search.</summary>
/// <param name="Round">1, 2, ...: each has chosen once, and has seeds of its own.</param>
/// <param name="Trials">New ones.</param>
/// <param name="Retired">Keys of trials that confirm nothing any more.</param>
/// <param name="ToCome">Trials that are still to be chosen.</param>
public sealed record Confirmation(
    int Round, IReadOnlyList<ConfirmingTrial> Trials, IReadOnlyList<long> Retired, long ToCome);

/// <summary>One of the best points of a search with a seed that the search has not seen.</summary>
/// <param name="Point">Key of its configuration without the seed.</param>
/// <param name="Detail">Why it was chosen, for people.</param>
public readonly record struct ConfirmingTrial(long Point, long Seed, long Index, string Detail);
