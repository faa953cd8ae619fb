using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Where sweeps, trials, attempts and reports live. The single truth: whatever is not here or in a checkpoint may be
/// lost without harm.</summary>
/// <remarks>
/// <para><b>Durability.</b> When a method's task completes, what it wrote survives the death of any process and, with the store's
/// default settings, of the machine.</para>
/// <para><b>Ownership.</b> A claim makes the claimer owner of the trial until it ends it, or its node is lost. The attempt
/// number is the fence: it grows with every claim, and every write of a report, release or finish names it. A write whose
/// attempt is no longer
/// the trial's running attempt changes nothing and is answered as lost: a normal outcome, not an exception.</para>
/// <para><b>Idempotence.</b> Submitting the same trials, appending the same reports and finishing with the same outcome twice
/// leave the store as doing it once. A report is keyed by trial and epoch; the first accepted one stays.</para>
/// <para><b>The owner's wish.</b> Where a trial goes when an attempt ends unfinished (released, paused, stopped, failed with a
/// retry left, lost) is decided by what its owner asks for at that moment, not by what the worker was told earlier: stopped when
/// the trial or its sweep is to stop or the sweep file no longer contains it, paused when the sweep is paused, queued
/// otherwise.</para>
/// <para><b>Failures.</b> <see cref="FailureClass.Crash"/>, <see cref="FailureClass.Oom"/> and <see cref="FailureClass.Lost"/>
/// are retried until <see cref="SweepSubmission.MaxAttempts"/> attempts in a row have failed without a new checkpoint; a lost one
/// is no trial's fault, so that these have a larger limit of their own. <see cref="FailureClass.Nan"/> and
/// <see cref="FailureClass.Error"/> fail the trial at once, because they would come back. Of an error the sweep is stopped at
/// once, with the reason, where it is every trial's: three points (or ten trials) have failed alike, as many trials as devices
/// are at work, and no other has come further than they did. Released, paused and stopped attempts do not count.</para>
/// <para><b>Finality.</b> Succeeded trials never change. Failed and stopped ones change only by <see cref="RetryAsync"/>, by
/// making their sweep active again (stopped ones), or by a submit that wants a trial again that an earlier submit no longer
/// wanted.</para>
/// <para><b>Threads.</b> All members may be called at the same time from any thread and from several processes.</para>
/// <para><b>Cancellation.</b> A call that is cancelled before its transaction began has done nothing. One that was cancelled
/// later may have done its work: every write can be repeated.</para>
/// <para><b>Errors.</b> <see cref="StoreException"/> when the store cannot be used (missing, foreign, damaged, disk full, server
/// away). Expected outcomes, a lost lease above all, are results.</para>
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>How a person names this store; holds no secret.</summary>
    string Location { get; }

    /// <summary>Brings the schema to this version's. Safe when several processes do it at once.</summary>
    /// <exception cref="StoreException">The store was written by a newer version, is not a VaeSweep store.</exception>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Made with the store and never changed: tells it from every other, whatever its address. Empty where nobody can be
    /// confused.</summary>
    Task<string> IdentityAsync(CancellationToken cancellationToken) => Task.FromResult("");

    /// <returns>Null when it was never set.</returns>
    Task<string?> GetSettingAsync(string name, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Sets what holds for all who use the store; null takes it away.</summary>
    Task SetSettingAsync(string name, string? value, CancellationToken cancellationToken) => Task.CompletedTask;

    // ---- sweeps ----

    /// <summary>Adds what is new of a sweep and marks what it no longer wants. Open trials that are no longer wanted are stopped
    /// with that reason (running ones learn it from their next renewal); trials wanted again are queued again unless they
    /// succeeded or run. Results are kept in either case. The sweep's state stays. Streams: a million trials pass in bounded
    /// memory, enumerated once, on another thread. All or nothing.</summary>
    /// <exception cref="ArgumentException">A fingerprint is not 64 lower-case hex digits.</exception>
    Task<SubmitResult> SubmitAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken);

    /// <summary>What <see cref="SubmitAsync"/> would do, without doing it. Where there is no store yet, all is new.</summary>
    Task<SubmitResult> PlanAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken);

    /// <summary>All sweeps, the oldest first.</summary>
    Task<IReadOnlyList<SweepStatus>> ListSweepsAsync(CancellationToken cancellationToken);

    /// <returns>Null when there is no sweep of that name.</returns>
    Task<SweepStatus?> GetSweepAsync(string name, CancellationToken cancellationToken);

    /// <summary>Pauses, stops or makes active. A pause leaves queued trials queued but gives none out. A stop closes queued and
    /// paused ones as stopped. Making active queues paused trials again, and those that a stop of the sweep closed, but not those
    /// stopped one by one. Running trials learn it with their node's next answer.</summary>
    /// <returns>False when there is no sweep of that name.</returns>
    Task<bool> SetSweepStateAsync(string name, SweepState state, CancellationToken cancellationToken);

    /// <summary>Changes a sweep's place among the others, and how many of its trials run at once. Running ones go on.</summary>
    /// <returns>False when there is no sweep of that name.</returns>
    Task<bool> AdjustSweepAsync(string name, SweepAdjustment change, CancellationToken cancellationToken) =>
        Task.FromResult(false);

    /// <summary>Stops one trial; a running one learns it with its node's next answer. It stays stopped until it is retried by
    /// name.</summary>
    /// <returns>False when there is no such trial, or it has succeeded or failed.</returns>
    Task<bool> StopTrialAsync(long trialKey, CancellationToken cancellationToken);

    /// <summary>Queues failed trials again with a fresh count of failures: all that are wanted, or those of one class, or one
    /// trial, which may also be a stopped one. They go on from their last checkpoint.</summary>
    /// <returns>How many.</returns>
    Task<int> RetryAsync(string sweep, FailureClass? failureClass, long? trialKey, CancellationToken cancellationToken);

    // ---- the queue ----

    /// <summary>Claims the first queued trial of the active sweeps (by priority, older sweeps first, in each by index; none of a
    /// sweep that runs as many as it may, or that belongs to another <see cref="ClaimRequest.Stack"/>), and up to
    /// <see cref="ClaimRequest.MaxTrials"/> in all of the same sweep that share its pack key and stand where it stands: without a
    /// checkpoint, or with one at the same epoch. A second call with the same token returns what the first one claimed and is
    /// still running (a lost answer is asked for again, not claimed again).</summary>
    /// <returns>Empty when nothing is queued.</returns>
    Task<IReadOnlyList<Claim>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken);

    /// <summary>Writes reports and checkpoint records in one transaction: a recorded checkpoint implies that the epochs it covers
    /// are stored. Checkpoints of a trial are recorded in the batch's order; the last one recorded is the one to resume
    /// from.</summary>
    /// <returns>The attempts whose writes were refused because their trials have passed on; those of the others are
    /// stored.</returns>
    /// <exception cref="InvalidOperationException">A checkpoint covers epochs that are not stored, or an epoch is not one of its
    /// trial's; nothing of the batch is stored.</exception>
    Task<IReadOnlySet<AttemptKey>> AppendAsync(ReportBatch batch, CancellationToken cancellationToken);

    /// <summary>Ends an attempt, with its evaluations when it succeeded, in one transaction. After
    /// <see cref="AttemptOutcome.Failed"/> the trial is queued again while the class allows a retry and attempts are left;
    /// without a class it counts as a crash.</summary>
    /// <returns>True when the attempt has ended so, now or by an earlier call; false when the trial has passed on and nothing was
    /// written.</returns>
    /// <exception cref="InvalidOperationException">A success whose epochs are not all stored.</exception>
    Task<bool> FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken);

    /// <summary>Checkpoint files that no resume needs any more: neither a trial's last nor its best, and of a succeeded trial all
    /// but the best (and but the model, should it be the same file). Forgets them; the caller deletes them.</summary>
    Task<IReadOnlyList<string>> TakeObsoleteCheckpointsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>All checkpoints that are kept, with what may become of them should space run short.</summary>
    Task<IReadOnlyList<StoredCheckpoint>> ListCheckpointsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredCheckpoint>>([]);

    /// <summary>Makes checkpoints obsolete, as far as they are still expendable; see <see cref="TakeObsoleteCheckpointsAsync"/>.
    /// Should such a trial be wanted again, it starts anew.</summary>
    /// <returns>How many.</returns>
    Task<int> ForgetCheckpointsAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) => Task.FromResult(0);

    /// <summary>Every file that the store knows of a sweep's trials, so that what else lies in their folders can be deleted. A
    /// trial without files is listed too.</summary>
    Task<IReadOnlyList<TrialFiles>> ListFilesAsync(string sweep, CancellationToken cancellationToken);

    // ---- the cluster ----

    /// <summary>All nodes that were ever seen, the oldest first.</summary>
    Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken);

    // ---- answers ----

    /// <summary>What is stored, in types.</summary>
    IResults Results { get; }

    /// <summary>Finds trials by the start of their id or fingerprint, in one sweep or in all; by sweep and index. Upper case will
    /// do, an empty prefix finds all.</summary>
    Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(
        string idPrefix, string? sweep, int limit, CancellationToken cancellationToken);

    /// <summary>Runs one SELECT over the views of <see cref="ViewCatalog"/>, on a connection that cannot write, under a time
    /// limit. Parameters are written @name and given with or without the sign.</summary>
    /// <remarks>Join views with JOIN, or look up one value with a subquery in the select list. LEFT JOIN on a view reads all of
    /// the view in SQLite.</remarks>
    /// <exception cref="StoreQueryException">The SQL is wrong, writes, or took too long; holds the position where the store gives
    /// one.</exception>
    Task<QueryResult> QueryAsync(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>As the other one, for an answer of any length: hands its rows out while it is made.</summary>
    /// <returns>Whether there were more rows than were taken.</returns>
    async Task<bool> QueryAsync(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, IRowSink rows,
        CancellationToken cancellationToken)
    {
        var result = await QueryAsync(sql, parameters, timeout, cancellationToken);
        rows.Begin(result.Columns);
        return result.Rows.Any(row => !rows.Add(row)) || result.Truncated;
    }
}
