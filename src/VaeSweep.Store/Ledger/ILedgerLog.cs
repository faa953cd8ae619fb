using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>Where a Ledger's changes are kept. Used by one caller at a time.</summary>
public interface ILedgerLog : IDisposable
{
    /// <summary>How a person names it; holds no secret.</summary>
    string Location { get; }

    /// <summary>Which store it is, known once <see cref="Load"/> was asked. Where its generation is not the one that the Ledger's
    /// <see cref="MetaDocument"/> has, it was restored, copied or moved.</summary>
    StoreIdentity Identity { get; }

    /// <summary>What a Ledger is built from: each document once, as it was put last. In this order: meta, settings, packs,
    /// points, workers, sweeps, trials, attempts (of each trial in the order of their ordinals), checkpoints, nodes;
    /// those of a kind by key. Reports, events and evaluations are not among them. After a failed <see cref="Commit"/> it says
    /// what is really kept.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    IEnumerable<Change> Load();

    /// <summary>Keeps changes, all or none, in their order; when it returns, they survive the death of the process and of the
    /// machine. A document may be put several times, the last one counts. The list is the caller's and changes
    /// afterwards.</summary>
    /// <exception cref="Exception">Whether the changes are kept is unknown: the caller asks <see cref="Load"/>.</exception>
    void Commit(IReadOnlyList<Change> changes);

    /// <summary>The store is being closed: a commit that waits for better times, such as room on the disk, fails from now on.
    /// From any thread.</summary>
    void StopWaiting()
    {
    }

    /// <summary>A configuration without its seed, as it was put.</summary>
    /// <returns>Null when none of that key is kept.</returns>
    PointDocument? Point(long key);

    /// <summary>The configurations from one key to another, both included, by key.</summary>
    IEnumerable<PointDocument> Points(long first, long last);

    /// <summary>Reports of the trials from one key to another, both included, by trial and epoch. Their events are in
    /// <see cref="Events"/>.</summary>
    IEnumerable<StoredReport> Reports(long first, long last);

    /// <summary>What happened in the trials from one key to another, by trial and epoch.</summary>
    IEnumerable<EventDocument> Events(long first, long last);

    /// <summary>The scores of the trials from one key to another, by trial; of each metric and number of samples the one that was
    /// put last.</summary>
    IEnumerable<EvaluationDocument> Evaluations(long first, long last);

    /// <summary>What trials scored that have succeeded, in any order: their evaluations, and what they reported with their last
    /// epoch. Numbers that were not measured are left out.</summary>
    void Scores(IReadOnlyList<Metric> metrics, ScoreSink found);
}

/// <summary>Takes one score of a trial.</summary>
/// <param name="metric">Place among the metrics that were asked for.</param>
/// <param name="samples">Importance samples; <see cref="ScoreColumn.NoEvaluation"/> of what was reported with the last
/// epoch.</param>
public delegate void ScoreSink(long trial, int metric, double value, int samples);
