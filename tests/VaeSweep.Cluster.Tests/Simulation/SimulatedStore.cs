using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>The Ledger's store in memory at the end of a wire, with faults on demand. Remembers what it was asked, so that tests
/// can check a whole history.</summary>
internal sealed partial class SimulatedStore : IStore
{
    private readonly TimeProvider _time;
    private readonly MemoryLedgerLog _log;
    private readonly LedgerStore _store;

    public SimulatedStore(TimeProvider time, StoreFlaw flaw = StoreFlaw.None)
    {
        (_time, _log) = (time, new MemoryLedgerLog());
        _store = new LedgerStore(_log, time, null, null, new LedgerRules
        {
            Fences = flaw != StoreFlaw.Fencing, Caps = flaw != StoreFlaw.Cap, Priorities = flaw != StoreFlaw.Priority,
        });
    }

    private SimulatedStore(SimulatedStore same) =>
        (_time, _log, _store, Refusals, Journal) = (same._time, same._log, same._store, same.Refusals, same.Journal);

    /// <summary>The store itself, without a wire: a head's.</summary>
    public LedgerStore Ledgers => _store;

    public string Location => _store.Location;

    public IResults Results => _store.Results;

    /// <summary>Called before each call with its name; may wait, and throw what a store that is away would throw.</summary>
    public Func<string, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Called after each call took effect: throwing here loses the answer on its way.</summary>
    public Func<string, CancellationToken, Task> After { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether a call that was carried out arrives once more, and how much later; null when it does not.</summary>
    public Func<string, TimeSpan?> Again { get; set; } = _ => null;

    public Journal Journal { get; } = new();

    /// <summary>Every write that was refused because of its attempt.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>Every successful call by name.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Every trial; none is ever deleted here.</summary>
    public IReadOnlyList<SimulatedTrial> Trials => Look((ledger, _) =>
    {
        var trials = new List<SimulatedTrial>();
        while (ledger.Trial(trials.Count + 1) is not null)
            trials.Add(new SimulatedTrial(this, trials.Count + 1));
        return trials;
    });

    /// <summary>The same store at the end of another wire, with faults of its own.</summary>
    public SimulatedStore View() => new(this);

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<SubmitResult> SubmitAsync(
        SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        // Not by the store's own method, which enumerates on a thread of its own: histories have one.
        Do("submit", () => _store.DoAsync((ledger, now) => ledger.Submit(sweep, trials, now), CancellationToken.None),
            cancellationToken);

    public Task<SubmitResult> PlanAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<SweepStatus>> ListSweepsAsync(CancellationToken cancellationToken) =>
        Do("list sweeps", () => _store.ListSweepsAsync(CancellationToken.None), cancellationToken);

    public Task<SweepStatus?> GetSweepAsync(string name, CancellationToken cancellationToken) =>
        Do("get sweep", () => _store.GetSweepAsync(name, CancellationToken.None), cancellationToken);

    public Task<bool> SetSweepStateAsync(string name, SweepState state, CancellationToken cancellationToken) =>
        Do("set sweep state", () => _store.SetSweepStateAsync(name, state, CancellationToken.None), cancellationToken);

    public Task<bool> AdjustSweepAsync(string name, SweepAdjustment change, CancellationToken cancellationToken) =>
        Do("adjust sweep", () => _store.AdjustSweepAsync(name, change, CancellationToken.None), cancellationToken);

    public Task<bool> StopTrialAsync(long trialKey, CancellationToken cancellationToken) =>
        Do("stop trial", () => _store.StopTrialAsync(trialKey, CancellationToken.None), cancellationToken);

    public Task<int> RetryAsync(string sweep, FailureClass? failureClass, long? trialKey, CancellationToken cancellationToken) =>
        Do("retry", () => _store.RetryAsync(sweep, failureClass, trialKey, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(
        string idPrefix, string? sweep, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<QueryResult> QueryAsync(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Asks the Ledger itself, without a wire.</summary>
    internal T Look<T>(Func<Ledger, DateTimeOffset, T> question) =>
        _store.DoAsync(question, CancellationToken.None).GetAwaiter().GetResult();

    internal IEnumerable<StoredReport> Reports(long trial) => _log.Reports(trial, trial);

    internal IEnumerable<Evaluation> Evaluations(long trial) => _log.Evaluations(trial, trial).Select(one => one.Evaluation);

    private async Task<T> Do<T>(string name, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await Before(name, cancellationToken);
        var result = await work();
        Calls.Add(name);
        if (Again(name) is { } later)
            _ = _time.CreateTimer(_ => Repeat(work), null, later, Timeout.InfiniteTimeSpan);
        await After(name, cancellationToken);
        return result;
    }

    private static void Repeat<T>(Func<Task<T>> work)
    {
        try
        {
            work().GetAwaiter().GetResult();
        }
        catch (InvalidOperationException)
        {
            // A success that came too early is refused again; nobody waits for this answer.
        }
    }
}
