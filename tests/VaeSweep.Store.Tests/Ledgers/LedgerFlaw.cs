namespace VaeSweep.Store.Tests.Ledgers;

/// <summary>A rule that a Ledger breaks, so that a test sees its breach found out.</summary>
public enum LedgerFlaw
{
    None,
    Fences,
    Caps,
    Priorities,
    Budgets,
    Generations,
    Sharing,
}
