namespace VaeSweep.Store.LiteDb;

/// <summary>What a <see cref="StandingBlob"/> is about.</summary>
/// <param name="Key">Of the blob.</param>
/// <param name="Trials">That it names.</param>
/// <param name="Bytes">About how many it has.</param>
internal sealed record StandingPart(long Key, IReadOnlyList<long> Trials, int Bytes);
