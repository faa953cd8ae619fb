using System.Globalization;
using Microsoft.Extensions.Logging;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Files;

/// <summary>Keeps checkpoints within the room that the store's owner gives them
/// (<see cref="StoreSettings.CheckpointBudget"/>).</summary>
/// <remarks>Where no room was given, they have what the disk has: below <see cref="Scarce"/> free they may take as much as is
/// free. Only those of finished trials go, the oldest first: first of trials that no sweep file wants any more, then of
/// succeeded ones, then of failed and stopped ones. Never a model, and never what an open trial would go on from or has as its
/// best. On disks the leader counts and deletes what it sees.</remarks>
internal static class CheckpointBudget
{
    /// <summary>Bytes of free room from which on nothing need be given up unasked.</summary>
    internal const long Scarce = 10_000_000_000;

    /// <param name="folder">Of checkpoints; null where there is none.</param>
    /// <returns>How many were given up; they are obsolete from now on.</returns>
    public static async Task<int> KeepAsync(
        IStore store, string? folder, ArtifactDisk disk, ILogger logger, CancellationToken cancellationToken)
    {
        var isGiven = long.TryParse(await store.GetSettingAsync(StoreSettings.CheckpointBudget, cancellationToken),
            NumberStyles.None, CultureInfo.InvariantCulture, out var budget);
        var free = isGiven || folder is null ? long.MaxValue : disk.Free(folder);
        if (!isGiven && free >= Scarce)
            return 0;

        var kept = (await store.ListCheckpointsAsync(cancellationToken))
            .Select(c => (Checkpoint: c, Bytes: c.Bytes ?? disk.Length(c.Path))).ToList();
        var before = kept.Sum(k => k.Bytes);
        if (!isGiven)
            budget = (before + free) / 2;
        var (bytes, given) = (before, new List<long>());
        foreach (var (checkpoint, size) in kept.Where(k => k.Checkpoint.Expendable && k.Bytes > 0)
            .OrderBy(k => k.Checkpoint.Rank).ThenBy(k => k.Checkpoint.FinishedAt).ThenBy(k => k.Checkpoint.Key))
        {
            if (bytes <= budget)
                break;

            given.Add(checkpoint.Key);
            bytes -= size;
        }

        var forgotten = given.Count == 0 ? 0 : await store.ForgetCheckpointsAsync(given, cancellationToken);
        if (forgotten > 0)
            Log.CheckpointsForgotten(logger, before, budget, forgotten);

        var known = bytes.ToString(CultureInfo.InvariantCulture);
        if (isGiven && await store.GetSettingAsync(StoreSettings.CheckpointBytes, cancellationToken) != known)
        {
            await store.SetSettingAsync(StoreSettings.CheckpointBytes, known, cancellationToken);
            if (bytes > budget)
                Log.BudgetExceeded(logger, bytes, budget);
        }

        return forgotten;
    }
}
