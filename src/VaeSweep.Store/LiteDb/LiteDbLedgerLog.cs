namespace VaeSweep.Store.LiteDb;

/// <summary>Keeps a Ledger's changes in a LiteDB store, which it opens when it is first needed.</summary>
public sealed partial class LiteDbLedgerLog : ILedgerLog
{
    /// <summary>Finished trials whose segments are put together with one commit, at most.</summary>
    private const int CompactedTogether = 32;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly bool _readOnly;
    private readonly WriterOptions _options;
    private readonly Queue<long> _finished = [];

    // Of trials that are not finished.
    private readonly Dictionary<long, int> _segments = [];
    private readonly List<long> _pointBlobs = [];
    private readonly List<(long First, long Last)> _trialBlobs = [];
    private readonly LastAttempts _attempts = new();
    private StandingBlobs _standing = new(new StandingSizes());
    private List<PointDocument> _lastPoints = [];
    private long _lastTrial;
    private ScoreColumns _scores = new(ColumnBlock.UsualRows);
    private StoreLock? _lock;
    private LiteDbWriter? _writer;
    private volatile bool _closing;

    /// <param name="path">Of the store's data file.</param>
    /// <param name="readOnly">Many may read while nobody writes.</param>
    /// <param name="onTrouble">Is told why commits wait, such as a full disk, and with null that they go on.</param>
    public LiteDbLedgerLog(string path, TimeProvider time, bool readOnly = false, Action<StoreException?>? onTrouble = null)
    {
        (_path, _time, _readOnly) = (Path.GetFullPath(path), time, readOnly);
        _options = new WriterOptions
        {
            OnTrouble = trouble =>
            {
                onTrouble?.Invoke(trouble);
                if (_closing && trouble is not null)
                    EndWriter();
            },
        };
    }

    /// <summary>Collections whose keys are those of <see cref="TrialKeys"/>.</summary>
    internal static IReadOnlyList<string> OfTrials { get; } =
        [StoreCollections.Attempts, StoreCollections.Segments, StoreCollections.Events, StoreCollections.Evaluations];

    public string Location => _path;

    /// <summary>New trials that are worth a blob.</summary>
    internal int FewestSubmitted { get; init; } = TrialBlob.Fewest;

    /// <summary>Of blobs that tell how trials stand.</summary>
    internal StandingSizes Sizes { get; init; } = new();

    /// <summary>Rows of a full block of scores.</summary>
    internal int BlockRows { get; init; } = ColumnBlock.UsualRows;

    public StoreIdentity Identity => _writer?.Identity ?? new StoreIdentity("", 0);

    private LiteDbWriter Writer => _writer ?? throw new InvalidOperationException("The store was not loaded.");

    public void Commit(IReadOnlyList<Change> changes)
    {
        var compacted = Compacted(CompactedTogether);
        var documents = new StoreChanges();
        var set = new DocumentSet(changes, _attempts, _lastTrial, FewestSubmitted);
        // What is cut is not put together at the same time.
        var (old, merged) = set.DeletedTrials.Count > 0 ? ([], []) : Merged(documents);
        set.AddTo(documents, Sizes, _standing.Next + merged.Count);
        var cut = Cut(set.DeletedTrials, documents);
        if (_scores.Take(end: false) is { } block)
            documents.Upsert(StoreCollections.Columns, block);
        var commit = Writer.CommitAsync(documents);
        Wait(compacted);
        Wait(commit);
        _scores.Hear(changes);
        _lastTrial = Math.Max(_lastTrial, set.LastTrial);
        _pointBlobs.AddRange(set.PointBlobs);
        _trialBlobs.AddRange(set.TrialBlobs);
        foreach (var attempt in set.LastAttempts)
            _attempts.Put(attempt);
        foreach (var (key, trials, bytes) in merged.Concat(set.StandingBlobs))
            _standing.Put(key, trials, bytes);
        foreach (var key in old)
            _standing.Remove(key);
        foreach (var (key, left) in cut)
            _standing.Cut(key, left);
        foreach (var trial in set.Reported)
            _segments[trial] = _segments.GetValueOrDefault(trial) + 1;
        foreach (var trial in set.DeletedTrials)
        {
            _attempts.Forget(trial);
            _standing.Forget(trial);
            _segments.Remove(trial);
        }

        foreach (var trial in set.Finished)
        {
            if (_segments.Remove(trial, out var segments) && segments > 1)
                _finished.Enqueue(trial);
        }
    }

    /// <summary>Says in STORE.owner where this process answers, once the store has been opened to write.</summary>
    /// <param name="leaves">See <see cref="StoreOwner.Leaves"/>.</param>
    /// <exception cref="StoreException">The file cannot be written.</exception>
    public void Announce(string address, string token, string? keyFile = null, string? leaves = null)
    {
        var held = _lock ?? throw new InvalidOperationException("The store was not opened.");
        try
        {
            held.Announce(address, token, keyFile, leaves);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"'{StoreOwner.PathOf(_path)}' cannot be written, so that no command would find this head: {failure.Message}",
                failure);
        }
    }

    public void StopWaiting()
    {
        _closing = true;
        if (_writer?.Trouble is not null)
            EndWriter();
    }

    public void Dispose()
    {
        try
        {
            if (_writer is { HasEnded: false, Trouble: null } && !_readOnly)
            {
                Wait(Compacted(int.MaxValue));
                if (_scores.Take(end: true) is { } block)
                    Wait(_writer.CommitAsync(new StoreChanges().Upsert(StoreCollections.Columns, block)));
            }
        }
        catch (StoreException)
        {
            // Both save room and time alone: without them everything is as good.
        }

        _closing = true;
        if (_writer is not null)
            Wait(_writer.DisposeAsync().AsTask());
        _lock?.Dispose();
    }

    /// <summary>Copies the store while it is in use; from any thread.</summary>
    internal Task<BackupSummary> BackupAsync(string file, bool replaces, CancellationToken cancellationToken) =>
        StoreBackup.RunAsync(Writer, file, cancellationToken, replaces);

    private void Open()
    {
        if (_writer is { HasEnded: false })
            return;
        _lock ??= _readOnly ? StoreLock.Share(_path) : Result(StoreLock.TakeAsync(_path, _time, CancellationToken.None));
        _writer = Result(LiteDbWriter.StartAsync(_lock, _time, _options));
    }

    /// <summary>Puts small blobs of trials as they stand together, and leaves what no longer counts out of them. Trials that are
    /// finished stay so for long: the others have blobs of their own.</summary>
    /// <returns>The blobs that go, and those that come.</returns>
    private (IReadOnlyList<long> Old, IReadOnlyList<StandingPart> Made) Merged(StoreChanges documents)
    {
        var old = _standing.ToMerge();
        if (old.Count == 0)
            return (old, []);
        var (made, next) = (new List<StandingPart>(), _standing.Next);
        var rows = Result(Writer.ReadAsync(file => old.Select(key => (Key: key, Blob: file.Find(StoreCollections.Standing, key)!))
            .SelectMany(one => StandingBlob.Rows(one.Blob).Where(row => _standing.Tells(one.Key, row.Trial))).ToList()));
        foreach (var some in rows.OrderBy(row => row.Trial).ToLookup(row => TrialPolicy.IsFinished(row.State)))
        {
            foreach (var part in Sizes.Parts(some, row => row.Body.Length))
            {
                made.Add(new StandingPart(next, part.ConvertAll(row => row.Trial), part.Sum(row => row.Body.Length)));
                documents.Insert(StoreCollections.Standing, StandingBlob.ToDocument(next++, part));
            }
        }

        foreach (var key in old)
            documents.Delete(StoreCollections.Standing, key);
        return (old, made);
    }

    /// <summary>Cuts deleted trials out of the blobs that name them.</summary>
    /// <returns>Of those that tell how trials stand: which trials are left.</returns>
    private List<(long Key, IReadOnlyList<long> Left)> Cut(IReadOnlyList<long> deleted, StoreChanges documents)
    {
        var cut = new List<(long Key, IReadOnlyList<long> Left)>();
        if (deleted.Count == 0)
            return cut;
        var gone = new SortedSet<long>(deleted);
        foreach (var (first, _) in _trialBlobs.Where(blob => gone.GetViewBetween(blob.First, blob.Last).Count > 0))
        {
            if (Result(Writer.ReadAsync(file => file.Find(StoreCollections.Submitted, first))) is not { } blob)
                continue;
            var left = TrialBlob.Of(blob).FindAll(trial => !gone.Contains(trial.Key));
            // The key stays that of the blob, whichever trial is its first one now.
            if (left.Count == 0)
                documents.Delete(StoreCollections.Submitted, first);
            else
                documents.Upsert(StoreCollections.Submitted, TrialBlob.ToDocument(left, first));
        }

        foreach (var key in _standing.Near(gone))
        {
            var rows = StandingBlob.Rows(Result(Writer.ReadAsync(file => file.Find(StoreCollections.Standing, key)))!);
            var left = rows.FindAll(row => !gone.Contains(row.Trial));
            if (left.Count == rows.Count)
                continue;
            cut.Add((key, left.ConvertAll(row => row.Trial)));
            if (left.Count == 0)
                documents.Delete(StoreCollections.Standing, key);
            else
                documents.Upsert(StoreCollections.Standing, StandingBlob.ToDocument(key, left));
        }

        return cut;
    }

    /// <summary>Puts the segments of trials together that have finished. Nothing else may be committed before it is given to the
    /// writer.</summary>
    private Task Compacted(int most)
    {
        if (_finished.Count == 0)
            return Task.CompletedTask;
        var trials = new List<long>();
        while (trials.Count < most && _finished.TryDequeue(out var trial))
            trials.Add(trial);
        var changes = Result(Writer.ReadAsync(file => trials.ConvertAll(trial => Segments.Compact(file, trial))));
        return Task.WhenAll(changes.Where(one => one.Count > 0).Select(Writer.CommitAsync).ToList());
    }

    // It ends by itself once what it does is done; Dispose waits for that.
    private void EndWriter() => _ = _writer?.DisposeAsync().AsTask();

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static T Result<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
