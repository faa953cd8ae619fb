using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>A store's log in memory whose commits a test can hold up or let fail.</summary>
internal sealed class GatedLog : ILedgerLog
{
    private readonly MemoryLedgerLog _log = new();
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private TaskCompletionSource _reached = new();
    private volatile Exception? _failure;

    public string Location => _log.Location;

    public StoreIdentity Identity => _log.Identity;

    /// <summary>Every commit and every loading fails of it, while it is set.</summary>
    public Exception? Failure
    {
        get => _failure;
        set => _failure = value;
    }

    /// <summary>Looking up a configuration fails of it.</summary>
    public Exception? PointFailure { get; set; }

    /// <summary>How many have succeeded.</summary>
    public int Commits { get; private set; }

    /// <summary>How often reports were asked for.</summary>
    public int Readings { get; private set; }

    /// <returns>Ends when a commit has come to the gate, and waits there.</returns>
    public Task Close()
    {
        _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open.Reset();
        return _reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public void Open() => _open.Set();

    public void Commit(IReadOnlyList<Change> changes)
    {
        if (!_open.IsSet)
            _reached.TrySetResult();
        _open.Wait();
        if (_failure is { } failure)
            throw failure;
        _log.Commit(changes);
        Commits++;
    }

    public IEnumerable<Change> Load() => _failure is { } failure ? throw failure : _log.Load();

    public PointDocument? Point(long key) => PointFailure is { } failure ? throw failure : _log.Point(key);

    public IEnumerable<PointDocument> Points(long first, long last) => _log.Points(first, last);

    public IEnumerable<StoredReport> Reports(long first, long last)
    {
        Readings++;
        return _log.Reports(first, last);
    }

    public IEnumerable<EventDocument> Events(long first, long last) => _log.Events(first, last);

    public IEnumerable<EvaluationDocument> Evaluations(long first, long last) => _log.Evaluations(first, last);

    public void Scores(IReadOnlyList<Metric> metrics, ScoreSink found) => _log.Scores(metrics, found);

    public void Dispose()
    {
        _log.Dispose();
        _open.Dispose();
    }
}
