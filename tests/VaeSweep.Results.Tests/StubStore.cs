using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Results.Tests;

/// <summary>Answers queries from a list of trials, page by page as a store would; everything else is refused.</summary>
internal sealed class StubStore(IEnumerable<StubTrial> trials, int keptRows = int.MaxValue) : IStore
{
    private readonly List<StubTrial> _trials = [.. trials];

    public int Queries { get; private set; }

    public string Location => "stub";

    public Task<QueryResult> QueryAsync(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Queries++;
        var after = (long)parameters!["after"]!;
        var wanted = Math.Min(keptRows, 20_000);
        var rows = _trials.Skip((int)after + 1).Take(wanted + 1).Select((t, i) => new object?[] { after + 1 + i, t.State, t.Config, t.Value }).ToList();
        var truncated = rows.Count > wanted && wanted == keptRows;
        return Task.FromResult(new QueryResult(["trial_index", "state", "config", "value"], [.. rows.Take(wanted)], truncated));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task MigrateAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SubmitResult> SubmitAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SubmitResult> PlanAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SweepStatus>> ListSweepsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SweepStatus?> GetSweepAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> SetSweepStateAsync(string name, SweepState state, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> StopTrialAsync(long trialKey, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> RetryAsync(string sweep, FailureClass? failureClass, long? trialKey, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Claim>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Directive>> RenewAsync(IReadOnlyList<AttemptKey> attempts, TimeSpan lease, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlySet<AttemptKey>> AppendAsync(ReportBatch batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> FinishAsync(AttemptKey attempt, AttemptEnd end, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<AttemptKey>> RequeueExpiredAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> TakeObsoleteCheckpointsAsync(int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long?> TryLeadAsync(string duty, string holder, TimeSpan lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ResignAsync(string duty, string holder, long term, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task HeartbeatAsync(NodeInfo node, TimeSpan lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(string idPrefix, string? sweep, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

internal sealed record StubTrial(string State, string Config, double? Value);
