namespace VaeSweep.Store;

/// <summary>What a deletion did.</summary>
/// <param name="Running">Trials that run: while there are any, nothing is deleted.</param>
/// <param name="Trials">Trials that were deleted, with their results.</param>
/// <param name="Files">Files that they leave. They are obsolete checkpoints now: <see cref="Ledger.TakeObsolete"/> hands them out
/// for deletion.</param>
public sealed record Deletion(int Running, long Trials, IReadOnlyList<string> Files);
