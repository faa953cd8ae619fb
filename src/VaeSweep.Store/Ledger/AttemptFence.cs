namespace VaeSweep.Store;

/// <summary>An attempt as messages name it. Right for one attempt of one history of one store: a write that names another is
/// answered as lost.</summary>
/// <param name="Fence">The term in its upper half, a counter in its lower.</param>
/// <param name="Generation">As the store had it when the attempt was granted.</param>
public readonly record struct AttemptFence(long Trial, long Fence, long Generation);
