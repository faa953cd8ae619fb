using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Commands;

/// <content>What owners do to keep their sweeps in order.</content>
public sealed partial class RemoteStore : IHousekeeping
{
    public Task<Deletion?> DeleteAsync(DeletionWish wish, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.Delete, wish, cancellationToken);

    public async Task<IReadOnlyList<long>> DeletedAsync(
        IReadOnlyCollection<long> trials, CancellationToken cancellationToken) =>
        await _channel.AskAsync(Methods.Deleted, new Keyed([.. trials]), cancellationToken);

    public Task<RenameOutcome> RenameAsync(string name, string newName, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.Rename, new Renaming(name, newName), cancellationToken);

    public Task<bool> TagAsync(
        string sweep, long? trial, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove,
        CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.Tag, new Tagging(sweep, trial, [.. add], [.. remove]), cancellationToken);

    public Task<bool> NoteAsync(string sweep, long? trial, string? text, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.Note, new Noting(sweep, trial, text), cancellationToken);

    /// <summary>What a trial's trainer printed in an attempt, as far as the head has it.</summary>
    /// <param name="trial">Key.</param>
    public Task<string?> LogAsync(string trialId, long trial, int attempt, CancellationToken cancellationToken) =>
        _channel.AskAsync(Methods.Log, new LogNamed(trialId, trial, attempt), cancellationToken);

    public Task<ReuseResult> ReuseAsync(
        SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        _channel.SubmitAsync(Methods.Reuse, sweep, trials, cancellationToken);

    public Task<ImportResult> ImportAsync(
        SweepSubmission sweep, IEnumerable<ImportedTrial> trials, CancellationToken cancellationToken) =>
        _channel.SubmitAsync(Methods.Import, sweep, trials, cancellationToken);
}
