namespace VaeSweep.Store;

/// <summary>Which store this is.</summary>
/// <param name="Identity">Made once: 32 hex digits.</param>
/// <param name="Generation">Made at random, and anew when the store was restored, copied or moved: what a node was promised by
/// another generation does not hold.</param>
public sealed record StoreIdentity(string Identity, long Generation);
