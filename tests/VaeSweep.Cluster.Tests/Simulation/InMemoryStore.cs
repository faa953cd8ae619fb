using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Simulation;

/// <summary>The store's contract in plain memory, with faults on demand. Remembers more than a store does, so that tests can check a whole history.</summary>
public sealed partial class InMemoryStore : IStore
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<Sweep> _sweeps = [];
    private readonly List<Row> _rows = [];
    private readonly List<string> _obsolete = [];
    private readonly Dictionary<string, NodeStatus> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string? Holder, long Term, TimeSpan Until)> _leaders = new(StringComparer.Ordinal);

    public InMemoryStore(TimeProvider time) => _time = time;

    private InMemoryStore(InMemoryStore same)
    {
        _time = same._time;
        (_lock, _sweeps, _rows, _obsolete, _nodes, _leaders, Refusals, Journal, Flaw) =
            (same._lock, same._sweeps, same._rows, same._obsolete, same._nodes, same._leaders, same.Refusals, same.Journal, same.Flaw);
    }

    public string Location => "memory";

    /// <summary>Called before each call with its name; may wait, and throw what a store that is away would throw.</summary>
    public Func<string, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Called after each call took effect: throwing here loses the answer on its way.</summary>
    public Func<string, CancellationToken, Task> After { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether a call that was carried out arrives once more, and how much later; null when it does not.</summary>
    public Func<string, TimeSpan?> Again { get; set; } = _ => null;

    public Journal Journal { get; } = new();

    /// <summary>What is wrong with it.</summary>
    public StoreFlaw Flaw { get; init; }

    /// <summary>Duties that somebody holds now.</summary>
    public IEnumerable<string> HeldDuties => _leaders.Where(l => l.Value.Holder is not null && l.Value.Until >= Now).Select(l => l.Key);

    /// <summary>Every write that was refused because of its attempt.</summary>
    public List<string> Refusals { get; } = [];

    public IReadOnlyList<Row> Trials => _rows;

    /// <summary>Every successful call by name.</summary>
    public List<string> Calls { get; } = [];

    private TimeSpan Now => _time.GetUtcNow() - DateTimeOffset.UnixEpoch;

    /// <summary>The same store at the end of another wire, with faults of its own.</summary>
    public InMemoryStore View() => new(this);

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<SubmitResult> SubmitAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) => Do("submit", () =>
    {
        var entry = _sweeps.Find(s => s.Name == sweep.Name);
        if (entry is null)
        {
            entry = new Sweep(_sweeps.Count + 1, sweep.Name, sweep.Definition, sweep.MaxAttempts, _time.GetUtcNow())
            {
                Priority = sweep.Priority, MaxConcurrent = sweep.MaxConcurrent,
            };
            _sweeps.Add(entry);
        }

        var added = new List<Trial>();
        foreach (var trial in trials)
        {
            if (!_rows.Exists(r => r.Sweep == entry && r.Trial.Fingerprint == trial.Fingerprint))
            {
                _rows.Add(new Row(_rows.Count + 1, entry, trial));
                added.Add(trial);
            }
        }

        return new SubmitResult(added.Count, 0, 0, 0, added, []);
    }, cancellationToken);

    public Task<SubmitResult> PlanAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<SweepStatus>> ListSweepsAsync(CancellationToken cancellationToken) =>
        Do<IReadOnlyList<SweepStatus>>("list sweeps", () => [.. _sweeps.Select(Status)], cancellationToken);

    public Task<SweepStatus?> GetSweepAsync(string name, CancellationToken cancellationToken) =>
        Do("get sweep", () => _sweeps.Find(s => s.Name == name) is { } sweep ? Status(sweep) : null, cancellationToken);

    public Task<bool> SetSweepStateAsync(string name, SweepState state, CancellationToken cancellationToken) => Do("set sweep state", () =>
    {
        if (_sweeps.Find(s => s.Name == name) is not { } sweep)
        {
            return false;
        }

        (sweep.State, sweep.Reason) = (state, null);
        foreach (var row in _rows.Where(r => r.Sweep == sweep))
        {
            row.State = (state, row.State) switch
            {
                (SweepState.Active, TrialState.Paused) => TrialState.Queued,
                (SweepState.Active, TrialState.Stopped) when !row.StopRequested => TrialState.Queued,
                (SweepState.Stopped, TrialState.Queued or TrialState.Paused) => TrialState.Stopped,
                _ => row.State,
            };
        }

        return true;
    }, cancellationToken);

    public Task<bool> AdjustSweepAsync(string name, SweepAdjustment change, CancellationToken cancellationToken) => Do("adjust sweep", () =>
    {
        if (_sweeps.Find(s => s.Name == name) is not { } sweep)
        {
            return false;
        }

        (sweep.Priority, sweep.MaxConcurrent) = (change.Priority ?? sweep.Priority, change.NoLimit ? null : change.MaxConcurrent ?? sweep.MaxConcurrent);
        sweep.Stack = change.AnyStack ? SweepStatus.AnyStack : sweep.Stack;
        return true;
    }, cancellationToken);

    public Task<bool> StopTrialAsync(long trialKey, CancellationToken cancellationToken) => Do("stop trial", () =>
    {
        var row = _rows[(int)trialKey - 1];
        if (row.State is TrialState.Succeeded or TrialState.Failed)
        {
            return false;
        }

        row.StopRequested = true;
        if (row.State is TrialState.Queued or TrialState.Paused)
        {
            row.State = TrialState.Stopped;
        }

        return true;
    }, cancellationToken);

    public Task<int> RetryAsync(string sweep, FailureClass? failureClass, long? trialKey, CancellationToken cancellationToken) => Do("retry", () =>
    {
        var count = 0;
        foreach (var row in _rows.Where(r => r.Sweep.Name == sweep && (trialKey is null || r.Key == trialKey)
            && (r.State == TrialState.Failed || (r.State == TrialState.Stopped && trialKey is not null)) && (failureClass is null || r.FailureClass == failureClass)))
        {
            (row.State, row.StopRequested) = (TrialState.Queued, false);
            (row.Failures, row.Losses, row.FailureClass, row.Reason) = (0, 0, null, null);
            count++;
        }

        return count;
    }, cancellationToken);

    public Task<IReadOnlyList<TrialStatus>> FindTrialsAsync(string idPrefix, string? sweep, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<QueryResult> QueryAsync(
        string sql, IReadOnlyDictionary<string, object?>? parameters, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private async Task<T> Do<T>(string name, Func<T> work, CancellationToken cancellationToken)
    {
        await Before(name, cancellationToken);
        T result;
        lock (_lock)
        {
            result = work();
            Calls.Add(name);
        }

        if (Again(name) is { } later)
        {
            _ = _time.CreateTimer(_ => Repeat(work), null, later, Timeout.InfiniteTimeSpan);
        }

        await After(name, cancellationToken);
        return result;
    }

    private void Repeat<T>(Func<T> work)
    {
        lock (_lock)
        {
            try
            {
                work();
            }
            catch (InvalidOperationException)
            {
                // A success that came too early is refused again; nobody waits for this answer.
            }
        }
    }

    private SweepStatus Status(Sweep sweep)
    {
        var rows = _rows.Where(r => r.Sweep == sweep).ToList();
        return new SweepStatus(
            sweep.Key, sweep.Name, sweep.State, sweep.CreatedAt, sweep.Definition,
            rows.GroupBy(r => r.State).ToDictionary(g => g.Key, g => (long)g.Count()),
            rows.Sum(r => r.Epochs.Count), rows.Sum(r => r.Trial.Epochs))
        {
            Priority = sweep.Priority, MaxConcurrent = sweep.MaxConcurrent, Stack = sweep.Stack, Reason = sweep.Reason,
        };
    }

    public sealed class Sweep(long key, string name, string definition, int maxAttempts, DateTimeOffset createdAt)
    {
        public long Key { get; } = key;

        public string Name { get; } = name;

        public string Definition { get; } = definition;

        public int MaxAttempts { get; } = maxAttempts;

        public DateTimeOffset CreatedAt { get; } = createdAt;

        public SweepState State { get; set; }

        public int Priority { get; set; }

        public int? MaxConcurrent { get; set; }

        public string? Stack { get; set; }

        public string? Reason { get; set; }
    }

    /// <summary>One trial and its whole history.</summary>
    public sealed class Row(long key, Sweep sweep, Trial trial)
    {
        public long Key { get; } = key;

        public Sweep Sweep { get; } = sweep;

        public Trial Trial { get; } = trial;

        public TrialState State { get; set; }

        public bool StopRequested { get; set; }

        public int Attempt { get; set; }

        public int Failures { get; set; }

        public int Losses { get; set; }

        public ClaimRequest? Claim { get; set; }

        public TimeSpan LeaseUntil { get; set; }

        public string? Reason { get; set; }

        public FailureClass? FailureClass { get; set; }

        public AttemptEnd? End { get; set; }

        public (int Epoch, string Path)? LastCheckpoint { get; set; }

        public (int Epoch, string Path)? BestCheckpoint { get; set; }

        public SortedDictionary<int, (int Attempt, EpochReport Report)> Epochs { get; } = [];

        public List<(int Attempt, string Worker, string Outcome, TimeSpan At)> Ends { get; } = [];

        public bool IsOwnedBy(AttemptKey attempt) => State == TrialState.Running && Attempt == attempt.Attempt;

        public TrialState AfterAttempt() => Sweep.State switch
        {
            _ when StopRequested => TrialState.Stopped,
            SweepState.Stopped => TrialState.Stopped,
            SweepState.Paused => TrialState.Paused,
            _ => TrialState.Queued,
        };
    }
}
