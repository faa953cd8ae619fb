using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

public sealed partial class InMemoryStore
{
    public Task<IReadOnlyList<Claim>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<Claim>>("claim", () =>
        {
            var rows = _rows.Where(r => r.State == TrialState.Running && r.Claim!.Token == request.Token).ToList();
            if (rows.Count == 0)
            {
                var queued = _rows.Where(r => r.State == TrialState.Queued && r.Sweep.State == SweepState.Active
                        && (request.Sweep is null || r.Sweep.Name == request.Sweep)
                        && (r.Sweep.Stack is null or SweepStatus.AnyStack || request.Stack is null || r.Sweep.Stack == request.Stack)
                        && Room(r.Sweep) > 0)
                    .OrderByDescending(r => Flaw == StoreFlaw.Priority ? 0 : r.Sweep.Priority).ToList();
                rows = [.. queued.Where(r => r.Trial.PackKey == queued[0].Trial.PackKey && r.Sweep == queued[0].Sweep
                    && r.LastCheckpoint?.Epoch == queued[0].LastCheckpoint?.Epoch).Take(queued.Count == 0 ? 0 : Math.Min(request.MaxTrials, Room(queued[0].Sweep)))];
                if (request.Stack is not null && rows is [var head, ..])
                {
                    head.Sweep.Stack ??= request.Stack;
                }

                foreach (var row in rows)
                {
                    row.State = TrialState.Running;
                    row.Attempt++;
                    row.Claim = request;
                }

                if (rows is [var first, ..])
                {
                    Journal.Claimed(first.Sweep, rows, _rows);
                }
            }

            foreach (var row in rows)
            {
                row.LeaseUntil = Now + request.Lease;
            }

            return [.. rows.Select(r => new Claim(
                new AttemptKey(r.Key, r.Attempt), r.Sweep.Name, r.Trial.Id, r.Trial.ConfigJson, r.Trial.PackKey, r.Trial.Epochs,
                r.LastCheckpoint?.Path, r.LastCheckpoint?.Epoch ?? 0))];
        }, cancellationToken);

    public Task<IReadOnlyList<Directive>> RenewAsync(IReadOnlyList<AttemptKey> attempts, TimeSpan lease, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<Directive>>("renew", () => [.. attempts.Select(attempt =>
        {
            var row = _rows[(int)attempt.TrialKey - 1];
            if (!Owns(row, attempt))
            {
                return Directive.Lost;
            }

            row.LeaseUntil = Now + lease;
            return row.AfterAttempt() switch { TrialState.Stopped => Directive.Stop, TrialState.Paused => Directive.Pause, _ => Directive.Continue };
        })], cancellationToken);

    public Task<IReadOnlySet<AttemptKey>> AppendAsync(ReportBatch batch, CancellationToken cancellationToken) => Do<IReadOnlySet<AttemptKey>>("append", () =>
    {
        var refused = new HashSet<AttemptKey>();
        foreach (var (attempt, report) in batch.Epochs)
        {
            var row = _rows[(int)attempt.TrialKey - 1];
            if (!Owns(row, attempt))
            {
                refused.Add(attempt);
                Refusals.Add($"epoch {report.Epoch} of {attempt}");
            }
            else
            {
                Journal.Wrote($"epoch {report.Epoch}", attempt, row);
                row.Epochs.TryAdd(report.Epoch, (attempt.Attempt, report));
            }
        }

        foreach (var checkpoint in batch.Checkpoints)
        {
            var row = _rows[(int)checkpoint.Attempt.TrialKey - 1];
            if (!Owns(row, checkpoint.Attempt))
            {
                refused.Add(checkpoint.Attempt);
                Refusals.Add($"checkpoint {checkpoint.Epoch} of {checkpoint.Attempt}");
                continue;
            }

            Journal.Wrote($"checkpoint {checkpoint.Epoch}", checkpoint.Attempt, row);
            Assert.Equal(Enumerable.Range(1, checkpoint.Epoch), row.Epochs.Keys.Where(e => e <= checkpoint.Epoch));
            var old = row.LastCheckpoint;
            if (checkpoint.Epoch > (old?.Epoch ?? 0))
            {
                (row.Failures, row.Losses) = (0, 0);
            }

            row.LastCheckpoint = (checkpoint.Epoch, checkpoint.Path);
            if (checkpoint.Best)
            {
                Forget(row, row.BestCheckpoint);
                row.BestCheckpoint = row.LastCheckpoint;
            }

            Forget(row, old);
        }

        return refused;
    }, cancellationToken);

    public Task<bool> FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken) => Do("finish", () =>
    {
        var row = _rows[(int)attempt.TrialKey - 1];
        if (!Owns(row, attempt))
        {
            var repeated = row.Ends.Exists(e => e.Attempt == attempt.Attempt && e.Outcome == end.Outcome.ToString());
            if (!repeated)
            {
                Refusals.Add($"{end.Outcome} of {attempt}");
            }

            return repeated;
        }

        Journal.Wrote($"{end.Outcome}", attempt, row);
        if (end.Outcome == AttemptOutcome.Succeeded)
        {
            if (row.Epochs.Count != row.Trial.Epochs)
            {
                throw new InvalidOperationException($"{row.Epochs.Count} of {row.Trial.Epochs} epochs are stored");
            }

            row.State = TrialState.Succeeded;
        }
        else if (end.Outcome == AttemptOutcome.Failed)
        {
            Fail(row, end.FailureClass!.Value, end.Reason);
        }
        else
        {
            row.State = row.AfterAttempt();
            row.Reason = end.Reason;
        }

        row.End = end;
        row.Ends.Add((attempt.Attempt, row.Claim!.Worker, end.Outcome.ToString(), Now));
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<AttemptKey>> RequeueExpiredAsync(CancellationToken cancellationToken) => Do<IReadOnlyList<AttemptKey>>("requeue", () =>
    {
        var expired = _rows.Where(r => r.State == TrialState.Running && r.LeaseUntil < Now).ToList();
        foreach (var row in expired)
        {
            Fail(row, FailureClass.Lost, $"{row.Claim!.Worker} was not heard of");
            row.Ends.Add((row.Attempt, row.Claim.Worker, "Lost", Now));
        }

        return [.. expired.Select(r => new AttemptKey(r.Key, r.Attempt))];
    }, cancellationToken);

    public Task<IReadOnlyList<string>> TakeObsoleteCheckpointsAsync(int limit, CancellationToken cancellationToken) => Do<IReadOnlyList<string>>("obsolete", () =>
    {
        var taken = _obsolete.Take(limit).ToList();
        _obsolete.RemoveRange(0, taken.Count);
        return taken;
    }, cancellationToken);

    public Task<IReadOnlyList<TrialFiles>> ListFilesAsync(string sweep, CancellationToken cancellationToken) => Do<IReadOnlyList<TrialFiles>>("files", () =>
    [
        .. _rows.Where(r => r.Sweep.Name == sweep).Select(r => new TrialFiles(
            r.Trial.Id, r.State, r.Attempt,
            [.. new[] { r.LastCheckpoint?.Path, r.BestCheckpoint?.Path, r.End?.ModelPath }.OfType<string>().Concat(_obsolete)])),
    ], cancellationToken);

    public Task<long?> TryLeadAsync(string duty, string holder, TimeSpan lease, CancellationToken cancellationToken) => Do<long?>("lead", () =>
    {
        var (current, term, until) = _leaders.GetValueOrDefault(duty);
        if (current is not null && current != holder && until >= Now)
        {
            return null;
        }

        term += current == holder && until >= Now ? 0 : 1;
        _leaders[duty] = (holder, term, Now + lease);
        return term;
    }, cancellationToken);

    public Task ResignAsync(string duty, string holder, long term, CancellationToken cancellationToken) => Do("resign", () =>
    {
        if (_leaders.TryGetValue(duty, out var leader) && leader.Holder == holder && leader.Term == term)
        {
            _leaders[duty] = (null, term, TimeSpan.Zero);
        }

        return true;
    }, cancellationToken);

    public Task HeartbeatAsync(NodeInfo node, TimeSpan lease, CancellationToken cancellationToken) => Do("heartbeat", () =>
    {
        _nodes[node.Node] = new NodeStatus(node, _time.GetUtcNow(), _time.GetUtcNow(), Alive: true, RunningTrials: 0);
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken) =>
        Do<IReadOnlyList<NodeStatus>>("list nodes", () => [.. _nodes.Values], cancellationToken);

    public Task<IReadOnlyList<AttemptKey>> EvictNodeAsync(string node, CancellationToken cancellationToken) => Do<IReadOnlyList<AttemptKey>>("evict", () =>
    {
        if (_nodes.TryGetValue(node, out var known))
        {
            _nodes[node] = known with { Alive = false };
        }

        if (_leaders.FirstOrDefault(l => l.Value.Holder == node) is { Key: { } duty } led)
        {
            _leaders[duty] = (null, led.Value.Term, TimeSpan.Zero);
        }

        var held = _rows.Where(r => r.State == TrialState.Running && r.Claim!.Node == node).ToList();
        foreach (var row in held)
        {
            row.State = row.AfterAttempt();
            row.Ends.Add((row.Attempt, row.Claim!.Worker, "Evicted", Now));
        }

        return [.. held.Select(r => new AttemptKey(r.Key, r.Attempt))];
    }, cancellationToken);

    private bool Owns(Row row, AttemptKey attempt) => row.IsOwnedBy(attempt) || Flaw == StoreFlaw.Fencing;

    private int Room(Sweep sweep) => (Flaw == StoreFlaw.Cap ? int.MaxValue : sweep.MaxConcurrent ?? int.MaxValue) - _rows.Count(r => r.Sweep == sweep && r.State == TrialState.Running);

    private void Fail(Row row, FailureClass failure, string? reason)
    {
        var (failures, losses) = failure == FailureClass.Lost ? (row.Failures, row.Losses + 1) : (row.Failures + 1, row.Losses);
        (row.Failures, row.Losses) = (failures, losses);
        row.FailureClass = failure;
        row.Reason = reason;
        // Twenty losses in a row, as the real stores have it.
        var again = failure == FailureClass.Lost ? losses < 20 : failure is FailureClass.Crash or FailureClass.Oom or FailureClass.Disk && failures < row.Sweep.MaxAttempts;
        row.State = again ? row.AfterAttempt() : TrialState.Failed;
        if (failure == FailureClass.Error && row.Sweep.State == SweepState.Active)
        {
            StopHopeless(row);
        }
    }

    /// <summary>As the real stores have it; every trial here is a point of its own.</summary>
    private void StopHopeless(Row failed)
    {
        var rows = _rows.Where(r => r.Sweep == failed.Sweep).ToList();
        var alike = rows.Count(r => r is { State: TrialState.Failed, FailureClass: FailureClass.Error } && r.Reason == failed.Reason);
        var devices = rows.Where(r => r.State == TrialState.Running).Select(r => r.Claim!.Worker).Distinct(StringComparer.Ordinal).Count();
        if (rows.Exists(r => r.State == TrialState.Succeeded || r.Epochs.Count > failed.Epochs.Count) || alike < devices || alike < Math.Min(3, rows.Count))
        {
            return;
        }

        (failed.Sweep.State, failed.Sweep.Reason) = (SweepState.Stopped, failed.Reason);
        foreach (var row in rows.Where(r => r.State is TrialState.Queued or TrialState.Paused))
        {
            row.State = TrialState.Stopped;
        }
    }

    private void Forget(Row row, (int Epoch, string Path)? checkpoint)
    {
        if (checkpoint is { } old && old != row.LastCheckpoint && old != row.BestCheckpoint)
        {
            _obsolete.Add(old.Path);
        }
    }
}
