using System.Diagnostics;

namespace VaeSweep.Store.Sqlite;

/// <summary>The one writer of a process. Jobs that wait together are committed together, so that a disk's sync is paid once for all of them.</summary>
/// <remarks>A job is done when its transaction is committed. When one job of a batch throws, the batch is rolled back and its jobs run again one by
/// one: jobs must therefore be repeatable, which they are when they only touch the connection and what they make themselves.</remarks>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int LargestBatch = 512;

    /// <summary>Without a pause now and then, a busy process would keep the others from ever finding the file free.</summary>
    private static readonly TimeSpan _longestHold = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(2);

    private readonly Func<SqliteConnection> _open;
    private readonly Action<SqliteConnection> _beforeBatch;
    private readonly Lock _startGate = new();
    private readonly object _gate = new();
    private readonly Queue<Job> _jobs = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteConnection? _connection;
    private bool _started;
    private bool _closed;

    /// <param name="open">Opens and checks the connection; called again after it failed.</param>
    /// <param name="beforeBatch">Runs first in every transaction; when it throws, all jobs of the batch fail with it.</param>
    public SqliteWriter(Func<SqliteConnection> open, Action<SqliteConnection> beforeBatch) => (_open, _beforeBatch) = (open, beforeBatch);

    /// <summary>Runs work inside a transaction that it may share with others.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        Enqueue(new Job<T>(work, alone: false, cancellationToken));

    /// <summary>Runs long work in a transaction of its own; never repeated.</summary>
    public Task<T> WriteAloneAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        Enqueue(new Job<T>(work, alone: true, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }

        lock (_startGate)
        {
            if (!_started)
                _ended.TrySetResult();
        }

        await _ended.Task;
    }

    private Task<T> Enqueue<T>(Job<T> job)
    {
        EnsureStarted();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(IStore));
            _jobs.Enqueue(job);
            Monitor.Pulse(_gate);
        }

        return job.Task;
    }

    private void EnsureStarted()
    {
        lock (_startGate)
        {
            if (_started)
                return;
            _started = true;
            new Thread(Loop) { IsBackground = true, Name = "sqlite writer" }.Start();
        }
    }

    private void Loop()
    {
        try
        {
            var busySince = Stopwatch.GetTimestamp();
            while (true)
            {
                var (batch, waited) = Take();
                if (batch.Count == 0)
                    return;
                if (waited)
                {
                    busySince = Stopwatch.GetTimestamp();
                }
                else if (Stopwatch.GetElapsedTime(busySince) > _longestHold)
                {
                    Thread.Sleep(_pause);
                    busySince = Stopwatch.GetTimestamp();
                }

                RunBatch(batch);
            }
        }
        finally
        {
            _connection?.Dispose();
            _ended.TrySetResult();
        }
    }

    /// <summary>Whatever waits now, up to a job that wants to be alone. Empty at the end.</summary>
    private (List<Job> Batch, bool Waited) Take()
    {
        var batch = new List<Job>();
        var waited = false;
        lock (_gate)
        {
            while (true)
            {
                while (_jobs.Count > 0 && batch.Count < LargestBatch)
                {
                    if (_jobs.Peek().Alone && batch.Count > 0)
                        break;
                    var job = _jobs.Dequeue();
                    if (job.TryCancel())
                        continue;
                    batch.Add(job);
                    if (job.Alone)
                        break;
                }

                if (batch.Count > 0 || _closed)
                    return (batch, waited);
                waited = true;
                Monitor.Wait(_gate);
            }
        }
    }

    private void RunBatch(List<Job> batch)
    {
        if (TryRun(batch, out var failure))
            return;
        if (batch.Count == 1)
        {
            batch[0].Fail(failure!);
            return;
        }

        foreach (var job in batch)
        {
            if (!TryRun([job], out failure))
                job.Fail(failure!);
        }
    }

    private bool TryRun(List<Job> batch, out Exception? failure)
    {
        try
        {
            var connection = _connection ??= _open();
            connection.BeginImmediate();
            try
            {
                _beforeBatch(connection);
                foreach (var job in batch)
                    job.Run(connection);
                connection.Commit();
            }
            finally
            {
                connection.Rollback();
            }
        }
        catch (Exception error)
        {
            // The job's task carries it: this loop serves all callers and must outlive any one of them.
            failure = error;
            return false;
        }

        foreach (var job in batch)
            job.Complete();
        failure = null;
        return true;
    }

    private abstract class Job(bool alone)
    {
        public bool Alone { get; } = alone;
        public abstract bool TryCancel();
        public abstract void Run(SqliteConnection connection);
        public abstract void Complete();
        public abstract void Fail(Exception failure);
    }

    private sealed class Job<T>(Func<SqliteConnection, T> work, bool alone, CancellationToken cancellationToken) : Job(alone)
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _done.Task;

        public override bool TryCancel() => cancellationToken.IsCancellationRequested && _done.TrySetCanceled(cancellationToken);
        public override void Run(SqliteConnection connection) => _result = work(connection);
        public override void Complete() => _done.TrySetResult(_result);

        public override void Fail(Exception failure)
        {
            if (failure is OperationCanceledException && cancellationToken.IsCancellationRequested)
                _done.TrySetCanceled(cancellationToken);
            else
                _done.TrySetException(failure);
        }
    }
}
