namespace VaeSweep.Store;

/// <summary>A trial's documents in memory.</summary>
internal sealed class LedgerTrial(TrialDocument doc, LedgerSweep sweep)
{
    public TrialDocument Doc { get; set; } = doc;
    public LedgerSweep Sweep { get; } = sweep;

    /// <summary>The last attempt: the running one, while it runs.</summary>
    public AttemptDocument? Last { get; set; }

    /// <summary>Attempts before the last one; few trials have any.</summary>
    public List<AttemptDocument>? Earlier { get; set; }

    /// <summary>Checkpoints that were not taken yet, obsolete ones among them.</summary>
    public List<CheckpointDocument>? Checkpoints { get; set; }

    public IEnumerable<AttemptDocument> Attempts => Last is null ? [] : Earlier is null ? [Last] : [.. Earlier, Last];

    public AttemptDocument? Find(long fence) => Last?.Fence == fence ? Last : Earlier?.Find(one => one.Fence == fence);

    public CheckpointDocument? Checkpoint(long key) => key == 0 ? null : Checkpoints?.Find(one => one.Key == key);

    /// <summary>Adds a checkpoint; they stand by key, however they came.</summary>
    public void Add(CheckpointDocument checkpoint)
    {
        Checkpoints ??= new List<CheckpointDocument>(1);
        var place = Checkpoints.FindIndex(one => one.Key > checkpoint.Key);
        Checkpoints.Insert(place < 0 ? Checkpoints.Count : place, checkpoint);
    }

    /// <summary>Puts an attempt, or the one of its ordinal again.</summary>
    /// <returns>What it replaces.</returns>
    public AttemptDocument? Put(AttemptDocument attempt)
    {
        if (Last is null || Last.Ordinal == attempt.Ordinal)
        {
            var old = Last;
            Last = attempt;
            return old;
        }

        if (attempt.Ordinal > Last.Ordinal)
        {
            (Earlier ??= []).Add(Last);
            Last = attempt;
            return null;
        }

        Earlier ??= [];
        var place = Earlier.FindIndex(one => one.Ordinal >= attempt.Ordinal);
        if (place >= 0 && Earlier[place].Ordinal == attempt.Ordinal)
        {
            var old = Earlier[place];
            Earlier[place] = attempt;
            return old;
        }

        Earlier.Insert(place < 0 ? Earlier.Count : place, attempt);
        return null;
    }

    public void Remove(AttemptDocument attempt)
    {
        if (Last?.Ordinal == attempt.Ordinal)
        {
            Last = Earlier is [.., var before] ? before : null;
            Earlier?.RemoveRange(Math.Max(0, Earlier.Count - 1), Math.Min(1, Earlier.Count));
            return;
        }

        Earlier?.RemoveAll(one => one.Ordinal == attempt.Ordinal);
    }
}
