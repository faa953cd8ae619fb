namespace VaeSweep.Store;

/// <summary>What a deletion did, or would do.</summary>
/// <param name="Running">Trials that run: unless the wish is for those, too, nothing is deleted while there are any.</param>
/// <param name="Trials">Trials that were deleted, with their results; of a wish for files alone, whose files went.</param>
/// <param name="Files">Files that they leave. They are obsolete checkpoints now: <see cref="Ledger.TakeObsolete"/> hands them out
/// for deletion.</param>
/// <param name="Shared">Files of theirs that stay, because trials of other sweeps refer to them.</param>
public sealed record Deletion(int Running, long Trials, IReadOnlyList<string> Files, int Shared = 0);
