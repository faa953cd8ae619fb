using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Where sweeps, trials, attempts and reports live. The single truth: whatever is not here or in a checkpoint may be lost without harm.</summary>
/// <remarks>
/// <para><b>Durability.</b> When a method's task completes, what it wrote survives the death of any process and, with the store's default
/// settings, of the machine.</para>
/// <para><b>Time.</b> Lease deadlines are set and compared by the store's clock alone. Callers pass durations, never instants.</para>
/// <para><b>Ownership.</b> A claim makes the claimer owner of the trial until the lease ends. The attempt number is the fence: it grows with
/// every claim, and every write of a report, renewal, release or finish names it. A write whose attempt is no longer the trial's running
/// attempt changes nothing and is answered as lost: a normal outcome, not an exception.</para>
/// <para><b>Idempotence.</b> Submitting the same trials, appending the same reports and finishing with the same outcome twice leave the store as
/// doing it once. A report is keyed by trial and epoch; the first accepted one stays.</para>
/// <para><b>Finality.</b> Succeeded trials never change. Failed and stopped ones change only by <see cref="RetryAsync"/> or by a submit that
/// wants a trial again that an earlier submit no longer wanted.</para>
/// <para><b>Threads.</b> All members may be called at the same time from any thread and from several processes.</para>
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>How a person names this store; holds no secret.</summary>
    string Location { get; }

    /// <summary>Brings the schema to this version's. Safe when several processes do it at once.</summary>
    /// <exception cref="StoreException">The store was written by a newer version, or is not a VaeSweep store.</exception>
    Task MigrateAsync(CancellationToken cancellationToken);

    // ---- sweeps ----

    /// <summary>Adds what is new of a sweep and marks what it no longer wants. Open trials that are no longer wanted are stopped with that
    /// reason; trials wanted again are queued again unless they succeeded. Streams: a million trials pass in bounded memory. All or nothing.</summary>
    Task<SubmitResult> SubmitAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken);

    /// <summary>What <see cref="SubmitAsync"/> would do, without doing it.</summary>
    Task<SubmitResult> PlanAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken);

    Task<IReadOnlyList<SweepStatus>> ListSweepsAsync(CancellationToken cancellationToken);

    /// <returns>Null when there is no sweep of that name.</returns>
    Task<SweepStatus?> GetSweepAsync(string name, CancellationToken cancellationToken);

    /// <summary>Pauses, stops or makes active. Making active queues paused trials again, and after a stop the stopped ones too.
    /// Running trials learn it from their next renewal.</summary>
    /// <returns>False when there is no sweep of that name.</returns>
    Task<bool> SetSweepStateAsync(string name, SweepState state, CancellationToken cancellationToken);

    /// <summary>Stops one trial; a running one learns it from its next renewal.</summary>
    Task<bool> StopTrialAsync(long trialKey, CancellationToken cancellationToken);

    /// <summary>Queues failed trials again with a fresh count of attempts; all, or those of one class, or one trial.</summary>
    /// <returns>How many.</returns>
    Task<int> RetryAsync(string sweep, FailureClass? failureClass, long? trialKey, CancellationToken cancellationToken);

    // ---- the queue ----

    /// <summary>Claims the first queued trial of the active sweeps, and up to <see cref="ClaimRequest.MaxTrials"/> in all that share its pack key.
    /// A second call with the same token returns what the first one claimed (a lost answer is asked for again, not claimed again).</summary>
    /// <returns>Empty when nothing is queued.</returns>
    Task<IReadOnlyList<Claim>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken);

    /// <summary>Extends leases, and says for each what its owner asks of it.</summary>
    /// <returns>In the order of <paramref name="attempts"/>.</returns>
    Task<IReadOnlyList<Directive>> RenewAsync(IReadOnlyList<AttemptKey> attempts, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Writes reports and checkpoint records in one transaction: a recorded checkpoint implies that the epochs it covers are stored.</summary>
    /// <returns>The attempts whose writes were refused because their lease has passed on.</returns>
    Task<IReadOnlySet<AttemptKey>> AppendAsync(ReportBatch batch, CancellationToken cancellationToken);

    /// <summary>Ends an attempt, with its evaluations when it succeeded, in one transaction. After <see cref="AttemptOutcome.Failed"/> the trial is queued
    /// again while the class allows a retry and attempts are left.</summary>
    /// <returns>False when the lease has passed on; nothing was written.</returns>
    /// <exception cref="InvalidOperationException">A success whose epochs are not all stored.</exception>
    Task<bool> FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken);

    /// <summary>Queues trials whose lease has run out again, or fails them when no attempt is left. Safe from several processes at once.</summary>
    /// <returns>The attempts that were ended.</returns>
    Task<IReadOnlyList<AttemptKey>> RequeueExpiredAsync(CancellationToken cancellationToken);

    /// <summary>Checkpoint files that no resume needs any more: neither a trial's last nor its best. Forgets them; the caller deletes them.</summary>
    Task<IReadOnlyList<string>> TakeObsoleteCheckpointsAsync(int limit, CancellationToken cancellationToken);

    // ---- the cluster ----

    /// <summary>Takes or renews a duty for one holder.</summary>
    /// <returns>The term, which only grows, or null when somebody else holds it.</returns>
    Task<long?> TryLeadAsync(string duty, string holder, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Gives a duty back, if it is held in this term.</summary>
    Task ResignAsync(string duty, string holder, long term, CancellationToken cancellationToken);

    /// <summary>Says that a node is alive.</summary>
    Task HeartbeatAsync(NodeInfo node, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Takes a node out whose process is known to have ended: queues what was claimed in its name (<see cref="ClaimRequest.Node"/>), as after
    /// <see cref="AttemptOutcome.Released"/> because a node's death is no trial's fault, gives back its duties, and forgets its heartbeat.
    /// Without it the leases run out by themselves.</summary>
    /// <returns>The attempts that were ended.</returns>
    Task<IReadOnlyList<AttemptKey>> EvictNodeAsync(string node, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AttemptKey>>([]);

    Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken);

    // ---- answers ----

    /// <summary>Finds trials by the start of their id, in one sweep or in all.</summary>
    Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(string idPrefix, string? sweep, int limit, CancellationToken cancellationToken);

    /// <summary>Runs SQL over the documented views, on a connection that cannot write, under a time limit.</summary>
    /// <exception cref="StoreQueryException">The SQL is wrong, writes, or took too long; holds the position where the store gives one.</exception>
    Task<QueryResult> QueryAsync(string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken);
}
