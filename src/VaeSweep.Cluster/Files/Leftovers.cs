using System.Globalization;
using VaeSweep.Cluster.Files;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Files;

/// <summary>Deletes what killed processes left in a sweep's folders: checkpoints that the store was never told of or has just
/// forgotten, and half-written files.</summary>
/// <remarks>Safe at any time and from several nodes at once. The folder of a running attempt is not touched. An attempt has its
/// folder only after its claim, and the disk is read before the store: a folder that was seen belongs to an attempt that the
/// store's answer knows of.</remarks>
public static class Leftovers
{
    private const string AttemptPrefix = "attempt-";
    private const int PrunedAtATime = 200;

    /// <returns>How many files are gone.</returns>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public static Task<int> DeleteAsync(
        IStore store, string sweep, string artifactsFolder, CancellationToken cancellationToken) =>
        DeleteAsync(store, sweep, artifactsFolder, new ArtifactDisk(), cancellationToken);

    internal static async Task<int> DeleteAsync(
        IStore store, string sweep, string artifactsFolder, ArtifactDisk disk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var files = disk.Files(Path.Combine(artifactsFolder, Artifacts.SafeName(sweep)));
        if (files.Count == 0)
            return 0;

        return disk.Delete(Among(files, await store.ListFilesAsync(sweep, cancellationToken)));
    }

    /// <summary>Deletes files that the store knows nobody needs any more: obsolete checkpoints, and what deleted trials
    /// left.</summary>
    /// <returns>How many files are gone.</returns>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public static Task<int> PruneAsync(IStore store, CancellationToken cancellationToken) =>
        PruneAsync(store, new ArtifactDisk(), (_, _) => { }, cancellationToken);

    /// <param name="pruned">Is told how many are gone, of how many.</param>
    internal static async Task<int> PruneAsync(
        IStore store, ArtifactDisk disk, Action<int, int> pruned, CancellationToken cancellationToken)
    {
        var gone = 0;
        IReadOnlyList<string> obsolete;
        do
        {
            obsolete = await store.TakeObsoleteCheckpointsAsync(PrunedAtATime, cancellationToken);
            if (obsolete.Count == 0)
                break;
            var deleted = disk.Delete(obsolete);
            pruned(deleted, obsolete.Count);
            gone += deleted;
        }
        while (obsolete.Count == PrunedAtATime);

        return gone;
    }

    /// <summary>Deletes what else lies in the folders of trials that were deleted: their logs, and what workers wrote before they
    /// heard of it.</summary>
    /// <returns>How many files are gone.</returns>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public static Task<int> DeleteOfDeletedAsync(
        IHousekeeping store, string sweep, string artifactsFolder, CancellationToken cancellationToken) =>
        DeleteOfDeletedAsync(store, sweep, artifactsFolder, new ArtifactDisk(), cancellationToken);

    internal static async Task<int> DeleteOfDeletedAsync(
        IHousekeeping store, string sweep, string artifactsFolder, ArtifactDisk disk, CancellationToken cancellationToken)
    {
        var files = disk.Files(Artifacts.Folder(artifactsFolder, sweep)).ToLookup(KeyOf);
        long[] keys = [.. files.Select(of => of.Key).Where(key => key > 0)];
        if (keys.Length == 0)
            return 0;
        var deleted = await store.DeletedAsync(keys, cancellationToken);
        return disk.Delete(deleted.SelectMany(key => files[key]));
    }

    internal static IReadOnlyList<string> Among(IReadOnlyList<string> files, IReadOnlyList<TrialFiles> known)
    {
        var trials = known.ToLookup(trial => Artifacts.TrialFolder(trial.TrialId, trial.Key), StringComparer.Ordinal);
        return [.. files.Where(file => PlaceOf(file) is { } place && IsLeftOver(place, [.. trials[place.Trial]]))];
    }

    // Files are told apart by attempt and name, so that a folder that was moved is not taken for one that nobody knows.
    private static Place? PlaceOf(string file)
    {
        var parts = file.Split(Path.DirectorySeparatorChar);
        return parts.Length > 3
            && parts[^2].StartsWith(AttemptPrefix, StringComparison.Ordinal)
            && int.TryParse(parts[^2].AsSpan(AttemptPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture,
                out var attempt)
            ? new Place(parts[^3], attempt, parts[^1])
            : null;
    }

    private static long KeyOf(string file) => PlaceOf(file) is { } place ? Artifacts.KeyIn(place.Trial) : 0;

    private static bool IsLeftOver(Place place, TrialFiles[] trials)
    {
        if (trials.Length == 0 || trials.Any(trial =>
            place.Attempt > trial.Attempt || (place.Attempt == trial.Attempt && trial.State == TrialState.Running)))
        {
            return false;
        }

        // People may want to know why an attempt failed as long as its trial is there.
        if (place.File == TrainerLog.FileName)
            return false;
        var known = trials.SelectMany(trial => trial.Paths).Select(PlaceOf).Any(path => path == place);
        var ofSuccess = trials.Any(trial => trial.State == TrialState.Succeeded && trial.Attempt == place.Attempt);
        return !known && (!ofSuccess || IsOfTraining(place.File));
    }

    // Beside a finished model there may be more than the store has a path for.
    private static bool IsOfTraining(string file) =>
        file.StartsWith("ckpt-", StringComparison.Ordinal)
            || (file.StartsWith('.') && file.EndsWith(".tmp", StringComparison.Ordinal));

    private sealed record Place(string Trial, int Attempt, string File);
}
