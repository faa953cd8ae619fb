using LiteDB;

namespace VaeSweep.Store.LiteDb;

public sealed partial class LiteDbWriter
{
    /// <summary>Failures in a row, not for want of room, after which the store is given up.</summary>
    private const int MostFailures = 3;

    private int _failures;

    /// <summary>Reasons not to touch the data file now, such as a back-up that is being copied. Of the writer's thread.</summary>
    internal int CheckpointsHeld { get; set; }

    private void Run(TaskCompletionSource started)
    {
        LiteDbFile? file = null;
        try
        {
            file = _open();
            Identity = file.Identity;
            started.SetResult();
        }
        catch (Exception error)
        {
            End(error);
            started.SetException(error);
            return;
        }

        try
        {
            while (Next() is { } works)
                file = Do(file, works);
            Close(file);
            End(new StoreException($"Store '{Path}' is closed."));
        }
        catch (Exception error)
        {
            file?.Abandon();
            End(LiteDbFile.Translated(error, _disk, Path));
        }
    }

    /// <summary>Waits for work.</summary>
    /// <returns>Commits to be done in one group, or one other piece of work; null at the end.</returns>
    private List<WriterWork>? Next()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.First is { } first)
                {
                    var works = new List<WriterWork>();
                    for (long bytes = 0; _waiting.First is { Value: CommitWork commit }
                        && (bytes == 0 || bytes + commit.Changes.Bytes <= _options.GroupBytes); _waiting.RemoveFirst())
                    {
                        works.Add(commit);
                        bytes += Math.Max(1, commit.Changes.Bytes);
                    }

                    if (works.Count == 0)
                    {
                        works.Add(first.Value);
                        _waiting.RemoveFirst();
                    }

                    return works;
                }

                if (_ending)
                    return null;
            }

            _signal.Wait();
        }
    }

    /// <returns>The file, which may be another one after a failure.</returns>
    private LiteDbFile? Do(LiteDbFile? file, List<WriterWork> works)
    {
        if (works[0] is FileWork work)
        {
            Read(file, work);
            return file is { IsBroken: true } ? Reopen(file, null) : file;
        }

        var commits = works.Cast<CommitWork>().ToList();
        try
        {
            return Commit(file, commits);
        }
        catch (Exception error)
        {
            var why = LiteDbFile.Translated(error, _disk, Path);
            commits.ForEach(commit => commit.Fail(why));
            throw;
        }
    }

    private LiteDbFile? Commit(LiteDbFile? file, List<CommitWork> commits)
    {
        for (var again = false; ; again = true)
        {
            try
            {
                file ??= Open();
                if (file is not null && HasRoom(file, commits))
                {
                    file.Commit([.. commits.Select(commit => commit.Changes)], again);
                    Groups++;
                    commits.ForEach(commit => commit.Committed());
                    _failures = 0;
                    Tell(null);
                    if (file.LogPages >= _options.CheckpointPages && CheckpointsHeld == 0)
                        file.Checkpoint();
                    return file;
                }
            }
            catch (Exception error) when (DiskErrors.DiskFailure(error) is not null || IsThereAlready(error))
            {
                file = Reopen(file, error);
                if (commits.TrueForAll(commit => commit.Done.IsCompleted))
                    return file;
                if (Trouble is null)
                    continue;
            }

            if (!WaitForRoom(file))
            {
                commits.ForEach(commit => commit.Fail(Trouble!));
                return file;
            }
        }
    }

    /// <summary>What was to be new is there: a damaged store was rescued without how a trial stood, and with what it had
    /// produced. Sent again, it takes that one's place.</summary>
    private static bool IsThereAlready(Exception error) =>
        error is LiteException { ErrorCode: LiteException.INDEX_DUPLICATE_KEY };

    private void Read(LiteDbFile? file, FileWork work)
    {
        try
        {
            if (file is null)
                throw Trouble ?? new StoreException($"Store '{Path}' is being opened again.");
            if (work.Do(file))
                return;
            lock (_gate)
                _waiting.AddLast(work);
        }
        catch (Exception error)
        {
            work.Fail(LiteDbFile.Translated(error, _disk, Path));
        }
    }

    /// <summary>Whether a group fits beside what a checkpoint and an opening may need.</summary>
    private bool HasRoom(LiteDbFile file, List<CommitWork> commits)
    {
        var needed = _options.FreeBytes + (2 * ((file.LogPages * LitePage.Size) + commits.Sum(commit => commit.Changes.Bytes)));
        var free = _disk.FreeBytes(Path);
        if (free >= needed)
            return true;
        Tell(new StoreFullException(Path, needed, free));
        return false;
    }

    /// <summary>Closes a file whose writes failed. Where only room was wanting, it is said; other failures may come a few
    /// times.</summary>
    /// <returns>The file opened again; null when it is full.</returns>
    private LiteDbFile? Reopen(LiteDbFile? file, Exception? error)
    {
        file?.Abandon();
        if (DiskErrors.IsFull(DiskErrors.DiskFailure(error) ?? new IOException()))
        {
            Tell(new StoreFullException(Path, 0, _disk.FreeBytes(Path), error));
            return null;
        }

        if (++_failures > MostFailures)
            throw new StoreException($"Store '{Path}' failed {_failures} times in a row: {error?.Message}", error);
        return Open();
    }

    private LiteDbFile? Open()
    {
        try
        {
            return _open();
        }
        catch (StoreFullException full)
        {
            Tell(full);
            return null;
        }
    }

    /// <summary>Waits before a full disk is looked at again; reads are served meanwhile.</summary>
    /// <returns>False when the end came first.</returns>
    private bool WaitForRoom(LiteDbFile? file)
    {
        using var due = new CancellationTokenSource(_options.LookAgain, _time);
        while (true)
        {
            FileWork? work;
            lock (_gate)
            {
                if (_ending)
                    return false;
                work = _waiting.OfType<FileWork>().FirstOrDefault();
                if (work is not null)
                    _waiting.Remove(work);
            }

            if (work is not null)
            {
                Read(file, work);
                continue;
            }

            try
            {
                _signal.Wait(due.Token);
            }
            catch (OperationCanceledException)
            {
                return true;
            }
        }
    }

    private void Tell(StoreException? trouble)
    {
        var before = Trouble;
        Volatile.Write(ref _trouble, trouble);
        if (before?.GetType() != trouble?.GetType())
            _options.OnTrouble?.Invoke(trouble);
    }

    private void Close(LiteDbFile? file)
    {
        try
        {
            file?.Dispose();
        }
        catch (Exception error) when (DiskErrors.DiskFailure(error) is not null)
        {
            // What was acknowledged is in the log, and will be repeated.
        }
    }

    private void End(Exception why)
    {
        List<WriterWork> left;
        lock (_gate)
        {
            _dead = why;
            left = [.. _waiting];
            _waiting.Clear();
        }

        left.ForEach(work => work.Fail(why));
        _ended.TrySetResult();
    }
}
