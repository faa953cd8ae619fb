namespace VaeSweep.Store.LiteDb;

/// <summary>The one thread that has the store open to write: it commits what waits in groups, reads between them, and sits out a
/// full disk.</summary>
/// <remarks>
/// A commit's task ends when it is on the disk. All methods may be called from any thread. Of a disk that is full, or that
/// failed, the file is closed, opened again when that may work, and the same group is sent again: its outcome is unknown, and all
/// changes are upserts by key then.
/// </remarks>
public sealed partial class LiteDbWriter : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<WriterWork> _waiting = [];
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly WriterOptions _options;
    private readonly IDisk _disk;
    private readonly Func<LiteDbFile> _open;
    private bool _ending;
    private Exception? _dead;
    private StoreException? _trouble;

    internal LiteDbWriter(string path, IDisk disk, Func<LiteDbFile> open, TimeProvider time, WriterOptions? options)
    {
        (Path, _disk, _open, _time, _options) = (path, disk, open, time, options ?? new WriterOptions());
    }

    /// <summary>Full path of the store.</summary>
    public string Path { get; }

    public StoreIdentity? Identity { get; private set; }

    /// <summary>Why nothing is committed now, such as a <see cref="StoreFullException"/>; null when all is well.</summary>
    public StoreException? Trouble => Volatile.Read(ref _trouble);

    /// <summary>It was closed or failed for good: nothing more is read or committed.</summary>
    public bool HasEnded => _ended.Task.IsCompleted;

    /// <summary>Groups committed so far.</summary>
    public long Groups { get; private set; }

    /// <summary>Opens the store in a thread of its own.</summary>
    /// <param name="held">The right to write; the writer does not let it go.</param>
    /// <exception cref="StoreException">As <see cref="LiteDbFile.Open(StoreLock)"/>.</exception>
    public static async Task<LiteDbWriter> StartAsync(StoreLock held, TimeProvider time, WriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(time);
        var writer = new LiteDbWriter(held.Store, RealDisk.Instance, () => LiteDbFile.Open(held), time, options);
        await writer.StartAsync();
        return writer;
    }

    /// <summary>Commits changes, with whatever else waits.</summary>
    /// <returns>Ends when they are on the disk. On a full disk it waits for room; see <see cref="Trouble"/>.</returns>
    /// <exception cref="StoreException">The store is closed, or failed for good. The outcome is unknown.</exception>
    public Task CommitAsync(StoreChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var work = new CommitWork(changes);
        Add(work);
        return work.Done;
    }

    /// <summary>Reads; sees everything that was given to <see cref="CommitAsync"/> before.</summary>
    /// <param name="read">Takes a few milliseconds at most; a long one goes in slices, see <see
    /// cref="LiteDbFile.After"/>.</param>
    /// <exception cref="StoreFullException">The disk is full, and the file is closed until there is room.</exception>
    public Task<T> ReadAsync<T>(Func<LiteDbFile, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var work = new ReadWork<T>(read);
        Add(work);
        return work.Done;
    }

    /// <summary>Does long work in slices, between which others have their turn.</summary>
    /// <param name="slice">Takes a few milliseconds at most; true when all is done.</param>
    internal Task InSlicesAsync(Func<LiteDbFile, bool> slice, CancellationToken cancellationToken)
    {
        var work = new SlicedWork(slice, cancellationToken);
        Add(work);
        return work.Done;
    }

    /// <summary>Commits what waits, moves the log into the data file, and closes. On a full disk what waits fails.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _ending = true;
            Signal();
        }

        await _ended.Task;
    }

    internal async Task StartAsync()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(started)) { IsBackground = true, Name = "store" }.Start();
        await started.Task;
    }

    /// <summary>Wakes the thread; under the gate.</summary>
    private void Signal()
    {
        if (_signal.CurrentCount == 0)
            _signal.Release();
    }

    private void Add(WriterWork work)
    {
        lock (_gate)
        {
            if (_dead is null && !_ending)
            {
                _waiting.AddLast(work);
                Signal();
                return;
            }
        }

        work.Fail(_dead ?? new StoreException($"Store '{Path}' is closed."));
    }
}
