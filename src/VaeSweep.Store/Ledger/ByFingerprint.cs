namespace VaeSweep.Store;

/// <summary>Tells the trials of one sweep by their fingerprints, without keeping these a second time.</summary>
internal sealed class ByFingerprint : IEqualityComparer<LedgerTrial>, IAlternateEqualityComparer<TrialFingerprint, LedgerTrial>
{
    public static ByFingerprint Instance { get; } = new();

    public bool Equals(LedgerTrial? x, LedgerTrial? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.Doc.Fingerprint == y.Doc.Fingerprint);

    public int GetHashCode(LedgerTrial obj) => GetHashCode(obj.Doc.Fingerprint);

    public bool Equals(TrialFingerprint alternate, LedgerTrial other) => other.Doc.Fingerprint == alternate;

    // A fingerprint is a hash already.
    public int GetHashCode(TrialFingerprint alternate) => (int)alternate.Second;

    public LedgerTrial Create(TrialFingerprint alternate) =>
        throw new NotSupportedException("A trial is more than its fingerprint.");
}
