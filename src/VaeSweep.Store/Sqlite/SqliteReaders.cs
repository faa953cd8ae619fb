using System.Collections.Concurrent;

namespace VaeSweep.Store.Sqlite;

/// <summary>A few connections that read. Readers see the last commit and never wait for the writer.</summary>
internal sealed class SqliteReaders(Func<SqliteConnection> open, int most) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(most);
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private volatile bool _closed;

    public async Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(IStore));
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(work), cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var connection))
            connection.Dispose();
    }

    private T Read<T>(Func<SqliteConnection, T> work)
    {
        if (!_idle.TryTake(out var connection))
            connection = open();
        try
        {
            // One snapshot for all statements of one answer.
            connection.ExecuteScript("BEGIN");
            return work(connection);
        }
        finally
        {
            connection.Rollback();
            if (_closed)
                connection.Dispose();
            else
                _idle.Add(connection);
        }
    }
}
