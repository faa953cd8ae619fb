using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <summary>What owners do to keep their sweeps in order. Beside <see cref="IStore"/>, whose promises hold here, too.</summary>
public interface IHousekeeping
{
    /// <inheritdoc cref="Ledger.Delete"/>
    Task<Deletion?> DeleteAsync(DeletionWish wish, CancellationToken cancellationToken);

    /// <summary>Of trials' keys, those that were given out and are in no sweep any more, unless other trials refer to their
    /// files.</summary>
    Task<IReadOnlyList<long>> DeletedAsync(IReadOnlyCollection<long> trials, CancellationToken cancellationToken);

    /// <inheritdoc cref="Ledger.Rename"/>
    Task<RenameOutcome> RenameAsync(string name, string newName, CancellationToken cancellationToken);

    /// <summary>Adds tags to a sweep, or to one of its trials, and takes others away.</summary>
    /// <param name="trial">Key; null: the sweep itself.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="ArgumentException">A tag is empty, too long, or holds a comma or white space.</exception>
    Task<bool> TagAsync(
        string sweep, long? trial, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove,
        CancellationToken cancellationToken);

    /// <summary>Writes a note to a sweep, or to one of its trials, in place of the last one; null or nothing but white space
    /// takes it away.</summary>
    /// <returns>False when there is none.</returns>
    Task<bool> NoteAsync(string sweep, long? trial, string? text, CancellationToken cancellationToken);

    /// <summary>Takes over what other sweeps have of trials, before they are submitted. Some trials at a time: broken off, it has
    /// taken over some of them.</summary>
    Task<ReuseResult> ReuseAsync(SweepSubmission sweep, IEnumerable<Trial> trials, CancellationToken cancellationToken);

    /// <inheritdoc cref="Ledger.Import"/>
    Task<ImportResult> ImportAsync(
        SweepSubmission sweep, IEnumerable<ImportedTrial> trials, CancellationToken cancellationToken);
}
