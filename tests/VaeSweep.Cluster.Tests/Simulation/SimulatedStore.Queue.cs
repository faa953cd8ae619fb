using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <content>The queue, with a journal of what took effect; nodes.</content>
internal sealed partial class SimulatedStore
{
    public Task<IReadOnlyList<Claim>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) => Do(
        "claim",
        async () =>
        {
            var before = Running();
            var claims = await _store.ClaimAsync(request, CancellationToken.None);
            // An answer that is given again is no claim.
            if (claims is [var first, ..] && Running() > before)
                Journal.Claimed(first.Sweep, claims.Count, Look((ledger, _) => ledger.Sweeps()));
            return claims;
        },
        cancellationToken);

    public Task<IReadOnlySet<AttemptKey>> AppendAsync(ReportBatch batch, CancellationToken cancellationToken) => Do(
        "append",
        async () =>
        {
            List<(string What, AttemptKey Attempt)> writes =
            [
                .. batch.Epochs.Select(one => ($"epoch {one.Report.Epoch}", one.Attempt)),
                .. batch.Checkpoints.Select(one => ($"checkpoint {one.Epoch}", one.Attempt)),
            ];
            var before = writes.ConvertAll(write => TrialOf(write.Attempt));
            var refused = await _store.AppendAsync(batch, CancellationToken.None);
            foreach (var ((what, attempt), trial) in writes.Zip(before))
            {
                if (refused.Contains(attempt))
                    Refusals.Add($"{what} of {attempt}");
                else
                    Journal.Wrote(what, attempt, trial!);
            }

            return refused;
        },
        cancellationToken);

    public Task<bool> FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken) => Do(
        "finish",
        async () =>
        {
            var before = TrialOf(attempt);
            var accepted = await _store.FinishAsync(attempt, end, CancellationToken.None);
            if (!accepted)
                Refusals.Add($"{end.Outcome} of {attempt}");
            else if (!ReferenceEquals(before, TrialOf(attempt)))
                Journal.Wrote($"{end.Outcome}", attempt, before!);
            return accepted;
        },
        cancellationToken);

    public Task<IReadOnlyList<string>> TakeObsoleteCheckpointsAsync(int limit, CancellationToken cancellationToken) =>
        Do("obsolete", () => _store.TakeObsoleteCheckpointsAsync(limit, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<TrialFiles>> ListFilesAsync(string sweep, CancellationToken cancellationToken) =>
        Do("files", () => _store.ListFilesAsync(sweep, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken) =>
        Do("list nodes", () => _store.ListNodesAsync(CancellationToken.None), cancellationToken);

    private TrialDocument? TrialOf(AttemptKey attempt) => Look((ledger, _) => ledger.Trial(attempt.TrialKey));

    private long Running() => Look((ledger, _) => ledger.Sweeps().Sum(sweep => sweep.Count(TrialState.Running)));
}
