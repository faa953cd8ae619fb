namespace VaeSweep.Store;

/// <summary>What an import did.</summary>
/// <param name="Added">Trials that the store did not know.</param>
/// <param name="Completed">Trials that it knew and that had not been trained: they have the imported results now.</param>
/// <param name="Kept">Trials that run, or that have results of their own: they stay as they are, since results of two origins are
/// never mixed.</param>
public sealed record ImportResult(long Added, long Completed, long Kept);
