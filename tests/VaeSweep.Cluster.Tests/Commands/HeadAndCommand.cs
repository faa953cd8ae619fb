using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Commands;

/// <summary>What workers do is done to the head's own store, everything else through the channel: so the whole contract can be
/// asked of a store that only commands use.</summary>
internal sealed class HeadAndCommand(LedgerStore head, RemoteStore command, Func<ValueTask> ended) : IStore, IHousekeeping
{
    public LedgerStore Head => head;

    public string Location => command.Location;

    public IResults Results => command.Results;

    public Task MigrateAsync(CancellationToken cancellationToken) => command.MigrateAsync(cancellationToken);

    public Task<string> IdentityAsync(CancellationToken cancellationToken) => command.IdentityAsync(cancellationToken);

    public Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken) =>
        command.GetSettingAsync(name, cancellationToken);

    public Task SetSettingAsync(string name, string? value, CancellationToken cancellationToken) =>
        command.SetSettingAsync(name, value, cancellationToken);

    public Task<SubmitResult> SubmitAsync(
        SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        command.SubmitAsync(sweep, trials, cancellationToken);

    public Task<SubmitResult> PlanAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        command.PlanAsync(sweep, trials, cancellationToken);

    public Task<IReadOnlyList<SweepStatus>> ListSweepsAsync(CancellationToken cancellationToken) =>
        command.ListSweepsAsync(cancellationToken);

    public Task<SweepStatus?> GetSweepAsync(string name, CancellationToken cancellationToken) =>
        command.GetSweepAsync(name, cancellationToken);

    public Task<bool> SetSweepStateAsync(string name, SweepState state, CancellationToken cancellationToken) =>
        command.SetSweepStateAsync(name, state, cancellationToken);

    public Task<bool> AdjustSweepAsync(string name, SweepAdjustment change, CancellationToken cancellationToken) =>
        command.AdjustSweepAsync(name, change, cancellationToken);

    public Task<bool> StopTrialAsync(long trialKey, CancellationToken cancellationToken) =>
        command.StopTrialAsync(trialKey, cancellationToken);

    public Task<int> RetryAsync(string sweep, FailureClass? failureClass, long? trialKey, CancellationToken cancellationToken) =>
        command.RetryAsync(sweep, failureClass, trialKey, cancellationToken);

    public Task<IReadOnlyList<string>> TakeObsoleteCheckpointsAsync(int limit, CancellationToken cancellationToken) =>
        command.TakeObsoleteCheckpointsAsync(limit, cancellationToken);

    public Task<IReadOnlyList<StoredCheckpoint>> ListCheckpointsAsync(CancellationToken cancellationToken) =>
        command.ListCheckpointsAsync(cancellationToken);

    public Task<int> ForgetCheckpointsAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) =>
        command.ForgetCheckpointsAsync(keys, cancellationToken);

    public Task<IReadOnlyList<TrialFiles>> ListFilesAsync(string sweep, CancellationToken cancellationToken) =>
        command.ListFilesAsync(sweep, cancellationToken);

    public Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken) =>
        command.ListNodesAsync(cancellationToken);

    public Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(
        string idPrefix, string? sweep, int limit, CancellationToken cancellationToken) =>
        command.FindTrialsAsync(idPrefix, sweep, limit, cancellationToken);

    public Task<QueryResult> QueryAsync(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken) =>
        command.QueryAsync(sql, parameters, timeout, cancellationToken);

    public Task<Deletion?> DeleteAsync(DeletionWish wish, CancellationToken cancellationToken) =>
        command.DeleteAsync(wish, cancellationToken);

    public Task<IReadOnlyList<long>> DeletedAsync(IReadOnlyCollection<long> trials, CancellationToken cancellationToken) =>
        command.DeletedAsync(trials, cancellationToken);

    public Task<RenameOutcome> RenameAsync(string name, string newName, CancellationToken cancellationToken) =>
        command.RenameAsync(name, newName, cancellationToken);

    public Task<bool> TagAsync(
        string sweep, long? trial, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove,
        CancellationToken cancellationToken) =>
        command.TagAsync(sweep, trial, add, remove, cancellationToken);

    public Task<bool> NoteAsync(string sweep, long? trial, string? text, CancellationToken cancellationToken) =>
        command.NoteAsync(sweep, trial, text, cancellationToken);

    public Task<ReuseResult> ReuseAsync(
        SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        command.ReuseAsync(sweep, trials, cancellationToken);

    public Task<ImportResult> ImportAsync(
        SweepSubmission sweep, IEnumerable<ImportedTrial> trials, CancellationToken cancellationToken) =>
        command.ImportAsync(sweep, trials, cancellationToken);

    // ---- workers ----

    public Task<IReadOnlyList<Claim>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) =>
        head.ClaimAsync(request, cancellationToken);

    public Task<IReadOnlySet<AttemptKey>> AppendAsync(ReportBatch batch, CancellationToken cancellationToken) =>
        head.AppendAsync(batch, cancellationToken);

    public Task<bool> FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken) =>
        head.FinishAsync(attempt, end, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await command.DisposeAsync();
        await ended();
        await head.DisposeAsync();
    }
}
