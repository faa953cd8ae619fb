using System.Diagnostics;
using SQLitePCL;

namespace VaeSweep.Store;

/// <summary>Ends a query that takes too long, fills the disk, or is not wanted any more.</summary>
/// <remarks>From beside it: between two steps that SQLite counts, and a progress handler is told of, a large value may be copied
/// a thousand times.</remarks>
internal sealed class QueryWatch : IDisposable
{
    private const int LooksBetweenFiles = 10;

    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(20);
    private readonly Lock _gate = new();
    private readonly Stopwatch _spent = Stopwatch.StartNew();
    private readonly TimeSpan _timeout;
    private readonly long _mostTemporary;
    private readonly CancellationToken _cancellation;
    private readonly ITimer _timer;
    private sqlite3? _watched;
    private long _filesBefore;
    private int _looks;

    /// <summary>Its time begins.</summary>
    public QueryWatch(TimeSpan timeout, long mostTemporary, CancellationToken cancellationToken)
    {
        (_timeout, _mostTemporary, _cancellation) = (timeout, mostTemporary, cancellationToken);
        _timer = TimeProvider.System.CreateTimer(_ => Look(), null, _period, _period);
    }

    /// <summary>Its time is up.</summary>
    public bool IsLate => _spent.Elapsed > _timeout;

    /// <summary>It has put more into temporary files than it may.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>From now on this connection is interrupted when it is time.</summary>
    public void Watch(sqlite3 connection)
    {
        lock (_gate)
            (_watched, _filesBefore) = (connection, TemporaryFiles.Bytes());
    }

    /// <summary>The connection is used for something else.</summary>
    public void Leave()
    {
        lock (_gate)
            _watched = null;
    }

    /// <summary>Does something whose time is not the query's.</summary>
    public T Outside<T>(Func<T> work)
    {
        lock (_gate)
            _spent.Stop();
        try
        {
            return work();
        }
        finally
        {
            lock (_gate)
                _spent.Start();
        }
    }

    public void Dispose()
    {
        Leave();
        _timer.Dispose();
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_watched is not { } connection)
                return;
            if (_looks++ % LooksBetweenFiles == 0)
                IsTooLarge |= TemporaryFiles.Bytes() - _filesBefore > _mostTemporary;
            if (IsLate || IsTooLarge || _cancellation.IsCancellationRequested)
                raw.sqlite3_interrupt(connection);
        }
    }
}
