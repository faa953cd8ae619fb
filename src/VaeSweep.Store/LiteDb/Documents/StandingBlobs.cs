namespace VaeSweep.Store.LiteDb;

/// <summary>Which blobs of <see cref="StoreCollections.Standing"/> there are, and which of them says how a trial stands: the
/// last one that names it.</summary>
/// <remarks>Each commit adds one, and what the earlier ones say of its trials is waste. Where many small ones have come together,
/// or one is mostly waste, they are put together anew.</remarks>
/// <param name="sizes">Of the blobs.</param>
internal sealed class StandingBlobs(StandingSizes sizes)
{
    private readonly SortedDictionary<long, Blob> _blobs = [];
    private readonly List<Blob?> _byTrial = [];

    /// <summary>A key larger than all.</summary>
    public long Next { get; private set; } = 1;

    /// <summary>Takes a blob that is stored now.</summary>
    /// <param name="trials">That it names.</param>
    public void Put(long key, IReadOnlyList<long> trials, int bytes)
    {
        var blob = new Blob(key) { Rows = trials.Count, Bytes = bytes, First = trials.Min(), Last = trials.Max() };
        _blobs.Add(key, blob);
        foreach (var trial in trials)
        {
            while (_byTrial.Count <= trial)
                _byTrial.Add(null);
            if (_byTrial[(int)trial] is { } before)
                before.Live--;
            _byTrial[(int)trial] = blob;
            blob.Live++;
        }

        Next = Math.Max(Next, key + 1);
    }

    /// <summary>Whether it is this blob that says how a trial stands.</summary>
    public bool Tells(long key, long trial) => trial < _byTrial.Count && _byTrial[(int)trial]?.Key == key;

    /// <summary>A blob is no longer stored; those of its trials that still count are named by others now, or are gone.</summary>
    public void Remove(long key) => _blobs.Remove(key);

    /// <summary>Deleted trials were cut out of a blob.</summary>
    /// <param name="left">Trials that it still names.</param>
    public void Cut(long key, IReadOnlyList<long> left)
    {
        if (left.Count == 0)
            _blobs.Remove(key);
        else
            _blobs[key].Rows = left.Count;
    }

    public void Forget(long trial)
    {
        if (trial >= _byTrial.Count || _byTrial[(int)trial] is not { } blob)
            return;
        blob.Live--;
        _byTrial[(int)trial] = null;
    }

    /// <summary>Blobs that may name one of some trials.</summary>
    public IReadOnlyList<long> Near(SortedSet<long> trials) =>
        [.. _blobs.Values.Where(blob => trials.GetViewBetween(blob.First, blob.Last).Count > 0).Select(blob => blob.Key)];

    /// <summary>Blobs that are to be put together, the oldest first; none as long as there are few.</summary>
    public IReadOnlyList<long> ToMerge()
    {
        var loose = _blobs.Values.Where(IsLoose).Select(blob => blob.Key).ToList();
        return loose.Count < 2 * sizes.Together ? [] : loose[..sizes.Together];
    }

    private bool IsLoose(Blob blob) =>
        2 * blob.Live < blob.Rows || (2 * blob.Live < sizes.Most && 2 * blob.Bytes < sizes.MostBytes);

    private sealed class Blob(long key)
    {
        public long Key => key;
        public int Rows { get; set; }
        public int Bytes { get; init; }

        /// <summary>Rows that count.</summary>
        public int Live { get; set; }
        public long First { get; init; }
        public long Last { get; init; }
    }
}
