namespace VaeSweep.Store;

/// <summary>What a head's step is given for as long as it is carried out (<see cref="LedgerStore.StepAsync"/>).</summary>
/// <param name="Ledger">The same as in the step before, unless a commit has failed meanwhile.</param>
/// <param name="ConfigOf">A trial's whole configuration, in canonical JSON.</param>
public readonly record struct LedgerTurn(Ledger Ledger, DateTimeOffset Now, Func<Granted, string> ConfigOf);
