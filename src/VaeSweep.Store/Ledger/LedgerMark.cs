namespace VaeSweep.Store;

/// <summary>A place between two events of a <see cref="Ledger"/>.</summary>
public readonly struct LedgerMark
{
    internal LedgerMark(int changes, int undo, Ledger.Counters next) => (Changes, Undo, Next) = (changes, undo, next);

    internal int Changes { get; }
    internal int Undo { get; }
    internal Ledger.Counters Next { get; }
}
