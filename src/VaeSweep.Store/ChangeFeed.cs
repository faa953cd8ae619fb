namespace VaeSweep.Store;

/// <summary>What a store's watchers are told: which sweeps have changed since they looked, by a number that grows with every
/// commit.</summary>
/// <param name="Epoch">Of the process that counts: numbers of another one mean nothing.</param>
/// <param name="Sweeps">Keys of those that have changed since, deleted ones among them; of all where that is not known.</param>
/// <param name="Whole">The number that was given is of another epoch: everything may have changed.</param>
public sealed record StoreNews(string Epoch, long Number, IReadOnlyList<long> Sweeps, bool Whole);

/// <summary>A store that tells those who watch it of its changes.</summary>
public interface IWatchedStore
{
    /// <summary>What has changed since a number; waits until something has.</summary>
    /// <param name="epoch">As it was told with the number; anything else at first: all is news.</param>
    Task<StoreNews> NewsAsync(string epoch, long number, CancellationToken cancellationToken);
}

/// <summary>Notes which sweeps a Ledger's commits change, for those who watch. Takes the memory of one number a sweep, however
/// much changes and however many watch.</summary>
public sealed class ChangeFeed
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, long> _changed = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _number;

    public string Epoch { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Commits since it began.</summary>
    public long Number
    {
        get
        {
            lock (_gate)
                return _number;
        }
    }

    /// <summary>What has changed since a number; waits until something has.</summary>
    /// <param name="epoch">As it was told with the number; another one: all is news.</param>
    public async Task<StoreNews> SinceAsync(string epoch, long number, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (epoch != Epoch)
                    return new StoreNews(Epoch, _number, [.. _changed.Keys], Whole: true);
                if (_number > number)
                {
                    return new StoreNews(
                        Epoch, _number, [.. _changed.Where(one => one.Value > number).Select(one => one.Key)], Whole: false);
                }

                next = _next.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Hears what was committed.</summary>
    internal void Hear(Ledger ledger, IReadOnlyList<Change> changes)
    {
        TaskCompletionSource told;
        lock (_gate)
        {
            _number++;
            foreach (var change in changes)
            {
                if (SweepOf(ledger, change) is { } sweep)
                    _changed[sweep] = _number;
            }

            // A trial that is gone is in no sweep any more.
            foreach (var sweep in changes.Any(change => change is TrialDeleted) ? ledger.Sweeps() : [])
                _changed[sweep.Key] = _number;

            (told, _next) = (_next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        told.SetResult();
    }

    private static long? SweepOf(Ledger ledger, Change change) => change switch
    {
        SweepPut put => put.Document.Key,
        SweepDeleted deleted => deleted.Key,
        TrialPut put => put.Document.Sweep,
        ReportsAppended appended => ledger.Trial(appended.Trial)?.Sweep,
        AttemptPut put => ledger.Trial(put.Document.Trial)?.Sweep,
        EventPut put => ledger.Trial(put.Document.Trial)?.Sweep,
        EvaluationPut put => ledger.Trial(put.Document.Trial)?.Sweep,
        _ => null,
    };
}
