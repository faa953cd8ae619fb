namespace VaeSweep.Store;

/// <summary>Where a Ledger's changes are kept. Used by one caller at a time.</summary>
public interface ILedgerLog : IDisposable
{
    /// <summary>How a person names it; holds no secret.</summary>
    string Location { get; }

    /// <summary>Whether it was restored, copied or moved since it was last used. The Ledger then begins another generation, and
    /// its <see cref="MetaPut"/> makes this place the known one.</summary>
    bool Moved { get; }

    /// <summary>What a Ledger is built from: each document once, as it was put last. In this order: meta, settings, packs,
    /// points, workers, sweeps, trials, attempts (of each trial in the order of their ordinals), leases, checkpoints, nodes,
    /// duties; those of a kind by key. Reports, events and evaluations are not among them. After a failed <see cref="Commit"/> it
    /// says what is really kept.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    IEnumerable<Change> Load();

    /// <summary>Keeps changes, all or none, in their order; when it returns, they survive the death of the process and of the
    /// machine. A document may be put several times, the last one counts. The list is the caller's and changes
    /// afterwards.</summary>
    /// <exception cref="Exception">Whether the changes are kept is unknown: the caller asks <see cref="Load"/>.</exception>
    void Commit(IReadOnlyList<Change> changes);

    /// <summary>A configuration without its seed, as it was put.</summary>
    /// <returns>Null when none of that key is kept.</returns>
    PointDocument? Point(long key);

    /// <summary>A trial's reports, by epoch. Their events are in <see cref="Events"/>.</summary>
    IEnumerable<StoredReport> Reports(long trial);

    /// <summary>What happened in a trial, by epoch.</summary>
    IEnumerable<EventDocument> Events(long trial);

    /// <summary>A trial's scores; of each metric and number of samples the one that was put last.</summary>
    IEnumerable<EvaluationDocument> Evaluations(long trial);
}
