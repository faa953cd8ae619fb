namespace VaeSweep.Store.LiteDb;

/// <summary>Something that waits for the writer's thread.</summary>
internal abstract class WriterWork
{
    /// <summary>Ends it without having done it.</summary>
    public abstract void Fail(Exception error);
}

/// <summary>Changes that wait to be committed.</summary>
internal sealed class CommitWork(StoreChanges changes) : WriterWork
{
    // Whoever waits goes on elsewhere: the writer's thread is for the file.
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoreChanges Changes => changes;

    public Task Done => _done.Task;

    public void Committed() => _done.TrySetResult();

    public override void Fail(Exception error) => _done.TrySetException(error);
}

/// <summary>Something that waits to be done with the file between commits.</summary>
internal abstract class FileWork : WriterWork
{
    /// <returns>False when it wants to go on after others had their turn.</returns>
    public abstract bool Do(LiteDbFile file);
}

internal sealed class ReadWork<T>(Func<LiteDbFile, T> read) : FileWork
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Done => _done.Task;

    public override bool Do(LiteDbFile file)
    {
        _done.TrySetResult(read(file));
        return true;
    }

    public override void Fail(Exception error) => _done.TrySetException(error);
}

/// <summary>Long work in slices.</summary>
internal sealed class SlicedWork(Func<LiteDbFile, bool> slice, CancellationToken cancellationToken) : FileWork
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => _done.Task;

    public override bool Do(LiteDbFile file)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!slice(file))
            return false;
        _done.TrySetResult();
        return true;
    }

    public override void Fail(Exception error)
    {
        if (error is OperationCanceledException)
            _done.TrySetCanceled(cancellationToken);
        else
            _done.TrySetException(error);
    }
}
