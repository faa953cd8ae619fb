namespace VaeSweep.Store;

/// <content>What the Ledger can and other stores cannot.</content>
public sealed partial class LedgerStore
{
    /// <inheritdoc cref="Ledger.DeleteSweep"/>
    public Task<Deletion?> DeleteSweepAsync(string name, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.DeleteSweep(name), cancellationToken);

    /// <inheritdoc cref="Ledger.DeleteTrial"/>
    public Task<Deletion?> DeleteTrialAsync(long trialKey, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.DeleteTrial(trialKey), cancellationToken);

    /// <inheritdoc cref="Ledger.Rename"/>
    public Task<RenameOutcome> RenameAsync(string name, string newName, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.Rename(name, newName), cancellationToken);

    /// <inheritdoc cref="Ledger.TagSweep"/>
    public Task<bool> TagSweepAsync(
        string name, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.TagSweep(name, add, remove), cancellationToken);

    /// <inheritdoc cref="Ledger.TagTrial"/>
    public Task<bool> TagTrialAsync(
        long trialKey, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove,
        CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.TagTrial(trialKey, add, remove), cancellationToken);

    /// <inheritdoc cref="Ledger.NoteSweep"/>
    public Task<bool> NoteSweepAsync(string name, string? text, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.NoteSweep(name, text), cancellationToken);

    /// <inheritdoc cref="Ledger.NoteTrial"/>
    public Task<bool> NoteTrialAsync(long trialKey, string? text, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.NoteTrial(trialKey, text), cancellationToken);

    /// <inheritdoc cref="Ledger.Import"/>
    public Task<ImportResult> ImportAsync(
        SweepSubmission sweep, IEnumerable<ImportedTrial> trials, CancellationToken cancellationToken) =>
        DoAsync((ledger, now) => ledger.Import(sweep, Ahead.Of(trials, cancellationToken), now), cancellationToken);

    /// <inheritdoc cref="Ledger.SetSweepBudget"/>
    public Task<bool> SetSweepBudgetAsync(string name, int? epochs, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.SetSweepBudget(name, epochs), cancellationToken);

    /// <inheritdoc cref="Ledger.SetBudget"/>
    public Task<bool> SetBudgetAsync(long trialKey, int? epochs, CancellationToken cancellationToken) =>
        DoAsync((ledger, _) => ledger.SetBudget(trialKey, epochs), cancellationToken);
}
